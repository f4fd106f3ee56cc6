"""How many files of figures one account may have made in a minute: each reads every row of its period, and all others wait for it.

Counted by account and not by address, so that nobody's files are refused for a colleague's.
"""

import math

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import Staff

MINUTE_S = 60


def seconds_to_wait(person: Staff, *, now: float) -> int:
    """Count one more file of this account. 0: it may be made; else in how many seconds the next one may. `now` in seconds since 1970."""
    minute, second = divmod(now, MINUTE_S)
    key = f"exports:{person.pk}:{int(minute)}"
    # Only the first of a minute makes the key; the others find it, in whichever process they are.
    cache.add(key, 0, timeout=2 * MINUTE_S)
    try:
        made = cache.incr(key)
    except ValueError:
        # The store forgot it in between.
        return 0
    return 0 if made <= settings.ENV.exports_per_account else math.ceil(MINUTE_S - second)


def too_many(person: Staff) -> HttpResponse | None:
    """Count one more file, and refuse it where there were too many."""
    wait_s = seconds_to_wait(person, now=timezone.now().timestamp())
    if not wait_s:
        return None
    sentence = _("Too many files at once. Try again in a minute.")
    return HttpResponse(
        f"{sentence}\n",
        status=429,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": str(wait_s)},
    )
