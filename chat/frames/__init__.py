"""The frames of both sockets as types: bytes from outside become one of these here, or an error. Pure."""
