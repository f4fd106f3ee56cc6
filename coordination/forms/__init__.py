"""The forms that check what coordinators type."""
