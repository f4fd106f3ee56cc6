"""One module for each of the coordinators' pages."""
