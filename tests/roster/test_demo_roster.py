"""The demo's roster is believable whenever it is looked at, and grows nothing twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

import demo.build
from demo import roster
from roster.models import Assignment, Shift
from roster.planned import next_shifts_lacking

pytestmark = pytest.mark.django_db


def test_the_weeks_ahead_are_filled_once_and_some_places_are_free() -> None:
    demo.build.ensure()
    now = timezone.now()
    shifts, people = Shift.objects.count(), Assignment.objects.count()
    assert shifts == 3 * 4 * 8
    assert people > shifts
    assert 0 < len(next_shifts_lacking(now, 21)) < shifts
    assert Assignment.objects.filter(replacement_wanted_at__isnull=False).count() == 1
    roster.ensure(now)
    assert (Shift.objects.count(), Assignment.objects.count()) == (shifts, people)
    roster.ensure(now + timedelta(days=7))
    assert Shift.objects.count() == shifts + 4 * 8
