"""Floods from one address and from many, beside ordinary conversations: `make flood`."""
