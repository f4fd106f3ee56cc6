"""What one message costs, compared with a bare relay that is measured in the same run."""
