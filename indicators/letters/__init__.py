"""Figures of a month or quarter by e-mail, to whoever asked for them."""
