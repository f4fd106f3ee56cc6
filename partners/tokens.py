"""Tokens that whoever holds them shows again, and all that the server keeps of one."""

import hashlib


def hash_of_token(token: str) -> str:
    """Tokens are 256 random bits: a slow hash would protect nothing more."""
    return hashlib.sha256(token.encode()).hexdigest()
