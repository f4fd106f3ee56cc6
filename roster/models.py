"""Shifts and who is on them. Rows of a day go 60 days after it; nothing is counted about single people."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.models import QueuedLetter, Staff
from roster.rules import LONGEST_MINUTES, MOST_NEEDED
from routing_rules.models import Counsellor, Pool


class Shift(models.Model):
    """A stretch of one day for which a team needs people; minutes from midnight in the team's time zone, an end beyond 1440 is on
    the next day. `languages` and `themes` are codes of which each must be brought by somebody of the shift.
    """

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="shifts")
    date = models.DateField(db_index=True)
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()
    needed = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_NEEDED)]
    )
    languages = models.JSONField(default=list, blank=True)
    themes = models.JSONField(default=list, blank=True)
    # Raised by every change of the shift and of its people: who writes names the revision that they saw.
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["date", "start_minute", "pool__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "date", "start_minute", "end_minute"], name="one_shift_a_pool_and_time"
            ),
            models.CheckConstraint(condition=Q(start_minute__lt=1440), name="shift_start"),
            models.CheckConstraint(
                condition=Q(end_minute__gt=F("start_minute"))
                & Q(end_minute__lte=F("start_minute") + LONGEST_MINUTES),
                name="shift_end_after_start",
            ),
            models.CheckConstraint(condition=Q(needed__gte=1), name="shift_needs_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id} {self.date} {self.start_minute}-{self.end_minute}"


class Assignment(models.Model):
    """Somebody on a shift, and who put them there: themselves, or a coordinator."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="assignments")
    counsellor = models.ForeignKey(Counsellor, on_delete=models.CASCADE, related_name="assignments")
    assigned_by = models.ForeignKey(Staff, on_delete=models.SET_NULL, null=True, related_name="+")
    assigned_at = models.DateTimeField()
    # Since when they look for somebody in their place. Until somebody comes, they are still on it.
    replacement_wanted_at = models.DateTimeField(null=True, blank=True)
    # The colleague in whose place they came: until they can no longer change their mind, it can go back.
    in_place_of = models.ForeignKey(Counsellor, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["shift", "assigned_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["shift", "counsellor"], name="one_assignment_a_shift_and_person")
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.counsellor_id}"


class UsualTime(models.Model):
    """When somebody is usually free, every week; whole half hours from midnight."""

    counsellor = models.ForeignKey(Counsellor, on_delete=models.CASCADE, related_name="usual_times")
    weekday = models.PositiveSmallIntegerField()
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "start_minute"]
        constraints = [
            models.UniqueConstraint(
                fields=["counsellor", "weekday", "start_minute"], name="one_usual_time_a_person_and_start"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="usual_weekday"),
            models.CheckConstraint(
                condition=Q(end_minute__gt=F("start_minute")) & Q(end_minute__lte=1440),
                name="usual_end_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.counsellor_id} {self.weekday} {self.start_minute}-{self.end_minute}"


class Absence(models.Model):
    """Days on which somebody cannot come, first and last included. No reason is asked."""

    counsellor = models.ForeignKey(Counsellor, on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["counsellor", "first_day", "last_day"], name="one_absence_a_person_and_days"
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.counsellor_id} {self.first_day} {self.last_day}"


class RosterLetter(QueuedLetter):
    """A letter about shifts."""

    # What it is about: a day, the Monday of a week; and what tells two letters of a kind and day apart.
    day = models.DateField(db_index=True)
    about = models.CharField(max_length=30, blank=True)
    # Where it is about some of the day's shifts: their keys. Once it left, those that it told of.
    shifts = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "day", "about"], name="one_roster_letter")
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(done_at__isnull=True), name="roster_letter_to_be_sent")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.day}"


class ShiftLink(models.Model):
    """The address in a letter by which its reader takes a shift, once; `colleague` is in whose place."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    letter = models.ForeignKey(RosterLetter, on_delete=models.CASCADE, related_name="links")
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="+")
    colleague = models.ForeignKey(Counsellor, on_delete=models.CASCADE, null=True, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.letter_id} {self.shift_id}"


class CalendarFeed(models.Model):
    """The secret address at which a calendar reads somebody's shifts; a new one replaces it."""

    counsellor = models.OneToOneField(Counsellor, on_delete=models.CASCADE, related_name="calendar_feed")
    # Only whoever was shown the address knows it.
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.counsellor_id}"


class RosterNoticeKind(models.TextChoices):
    ASSIGNED = "assigned", _("a coordinator put you on this shift")
    REMOVED = "removed", _("a coordinator took you off this shift")
    MOVED = "moved", _("this shift of yours has another time")
    CANCELLED = "cancelled", _("this shift of yours does not take place")
    CLOSED = "closed", _("the team is closed then, or for a part of it")
    OPEN_AGAIN = "open_again", _("the team is open then after all")
    PLACE_LOST = "place_lost", _("you are no longer of the team: nobody expects you on this shift")
    PLACE_BACK = "place_back", _("you are of the team again: you are on this shift after all")
    REPLACEMENT_WANTED = "replacement_wanted", _("a colleague looks for somebody in their place")
    REPLACED = "replaced", _("somebody comes in your place")
    BACK_TO_YOU = "back_to_you", _("who was to come in your place cannot: the shift is yours again")


class RosterNotice(models.Model):
    """What somebody must be told about a shift: on their page until they have read it, and by a letter. It holds the shift's day and
    hours, as the shift may be gone; `was` holds those before it was moved (`date`, `start_minute`, `end_minute`).
    """

    person = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="roster_notices")
    kind = models.CharField(max_length=20, choices=RosterNoticeKind.choices)
    shift = models.ForeignKey(Shift, on_delete=models.SET_NULL, null=True, related_name="notices")
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="+")
    date = models.DateField(db_index=True)
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()
    was = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    letter = models.ForeignKey(RosterLetter, on_delete=models.SET_NULL, null=True, related_name="notices")
    # When the letter left, or was found not to be wanted. None: still to be sent.
    letter_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(letter_at__isnull=True), name="roster_notice_to_be_sent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.date}"
