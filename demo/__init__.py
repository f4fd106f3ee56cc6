"""The data of `make run`: real facts of the partners, invented people. Made once; what was changed since is left alone."""
