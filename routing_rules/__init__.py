"""Who takes which request, and when the service is open. The deciding functions are pure."""
