"""The board: what is happening now, and what a coordinator can do about it in one press."""
