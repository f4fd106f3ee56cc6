"""What the product costs and how well it routes, measured."""
