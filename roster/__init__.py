"""Who will be on duty: shifts, who signed up for them, and when people are usually free."""
