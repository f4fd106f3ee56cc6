"""The running day in Brussels: pages, files and the API of figures end with the day before."""

from datetime import date

from django.utils import timezone

from indicators.periods import arrival


def today() -> date:
    day, _slot = arrival(timezone.now())
    return day
