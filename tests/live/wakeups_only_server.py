"""A server whose sockets refresh only on a wake-up: `python -m tests.live.wakeups_only_server`.

On others each socket looks every quarter of a minute, so that a wake-up that was never sent would only be late.
"""

import math
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "miti.settings")
django.setup()

from chat import refresh  # noqa: E402  # needs Django to be set up
from miti import launcher  # noqa: E402

refresh.REFRESH_EVERY_S = math.inf  # type: ignore[assignment]

if __name__ == "__main__":
    launcher.run()
