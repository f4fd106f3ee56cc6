"""The tables: of a period, of 24 months, of two sides, of the week, of the networks, of the personal answers."""
