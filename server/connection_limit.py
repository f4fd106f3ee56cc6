"""How many connections a process keeps. Each needs a file of the system, and without any left not even the database can be opened."""

import resource
from functools import cache

from django.conf import settings

FILES_BESIDE = 200
"""Files that a process needs besides its connections."""


def raise_file_limit() -> None:
    """Let this process open as many files as MITI_CONNECTIONS needs, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.ENV.connections + FILES_BESIDE
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@cache
def most_connections() -> int:
    """MITI_CONNECTIONS, or fewer where the system allows fewer files."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return int(settings.ENV.connections)
    return max(1, min(settings.ENV.connections, soft - FILES_BESIDE))


def most_of_one() -> int:
    """MITI_CONNECTIONS_PER_ADDRESS, or fewer: where the system allows fewer files, the same part of what it allows."""
    return max(1, settings.ENV.connections_per_address * most_connections() // settings.ENV.connections)
