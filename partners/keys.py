"""Keys for one purpose each, made from the platform's key, which is in a file outside all stores."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def key_for(purpose: str, salt: bytes = b"") -> bytes:
    """A key of 32 bytes for one purpose (HKDF, RFC 5869).

    `salt`: a random value that is forgotten one day, and the key with it. It may be in a store: alone it gives nothing.
    """
    made = HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=purpose.encode())
    return made.derive(settings.CONTENT_KEY.encode())
