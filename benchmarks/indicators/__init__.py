"""Two years of figures, and how long each page of them takes the server."""
