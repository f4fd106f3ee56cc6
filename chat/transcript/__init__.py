"""The messages of open conversations: in memory, encrypted, never on disk."""
