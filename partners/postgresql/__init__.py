"""Django's engine for PostgreSQL, which also gives up on a server that is there and says nothing."""
