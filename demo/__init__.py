"""The data of `make run`: real facts of the partners, invented people. Later changes of it are kept."""
