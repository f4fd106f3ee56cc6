"""Who takes which request, and when we are open; what decides is pure."""
