"""What may happen to a conversation. Only these modules write live rows; each tells the others after its commit."""
