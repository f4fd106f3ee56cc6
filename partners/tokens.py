"""Bearer tokens; the server stores only their hash."""

import hashlib


def hash_of_token(token: str) -> str:
    """Tokens are 256 random bits: a slow hash would protect nothing more."""
    return hashlib.sha256(token.encode()).hexdigest()
