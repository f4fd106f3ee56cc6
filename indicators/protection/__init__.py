"""What may be told at all: questions that are refused, people who are too few, answers that are withheld."""
