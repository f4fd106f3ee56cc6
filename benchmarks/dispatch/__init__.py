"""How fast the live platform dispatches: database included."""
