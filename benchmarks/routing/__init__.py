"""Routing policies played over traces of half days, against references and a bound."""
