"""The figures for programs: addresses, their description, and the tokens that open them."""
