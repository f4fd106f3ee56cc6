"""The server in which whatever is said can fail, and which does every second what others do every minute: free what no longer leads
anywhere."""

import tests.live.failing_server  # noqa: F401  # sets Django up, before everything below

from miti import launcher  # isort: skip
from server import lifespan  # isort: skip

lifespan.FORGET_EVERY_S = 1.0

if __name__ == "__main__":
    launcher.run()
