"""The visitor's face: the loader for partners' pages, the page in its frame, and its socket."""
