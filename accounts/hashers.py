"""Checks one password at a time: however many people sign in at once, the conversations of this process keep their time."""

from threading import Lock

from django.contrib.auth.hashers import PBKDF2PasswordHasher

_one_at_a_time = Lock()


class QueuedHasher(PBKDF2PasswordHasher):
    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with _one_at_a_time:
            return super().encode(password, salt, iterations)
