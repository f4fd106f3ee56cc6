"""How fast the live platform dispatches, including the database."""
