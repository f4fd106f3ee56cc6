"""The sums of each day, made from the rows, and the tallies that are added up from them."""
