"""What may happen to a conversation. Only these modules write live rows; each publishes after its commit."""
