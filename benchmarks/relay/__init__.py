"""What one message costs, beside a bare relay that is measured in the same run."""
