"""Live rows: what the platform must know of a conversation while it lasts, without any word of it.

A row is deleted when its conversation closes; what is counted of it goes to `indicators`. Live tables are left
out of backups.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.states import PartyRole, State
from partners.models import Partner
from partners.wording import in_language
from routing_rules.models import Counsellor, Pool, Site, Theme
from routing_rules.snapshot import USUAL_CAPACITY, AvailabilityState

MOST_BROWSERS = 4
"""Of one counsellor in one conversation, whose public keys are kept; the oldest is forgotten."""


def _named(codes: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value.capitalize()) for one in codes]


class Conversation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=_named(State), default=State.WAITING)

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    theme_asked = models.CharField(max_length=20)
    theme = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    audience = models.CharField(max_length=20)
    campaign = models.CharField(max_length=50, blank=True)
    booking = models.CharField(max_length=20, blank=True)
    plan_number = models.PositiveIntegerField()
    # Nobody was free when it was made, and the visitor asked all the same.
    asked_full = models.BooleanField(default=False)

    # Staff try it out: it counts as a test.
    trial = models.BooleanField(default=False, db_default=False)

    # The first arrival, kept through transfers and requeues; and when the conversation last entered the queue.
    asked_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    # Dispatchers claim a conversation by raising this number from the one they saw.
    round = models.PositiveIntegerField(default=0)
    to_pool = models.ForeignKey(Pool, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    to_counsellor = models.ForeignKey(
        Counsellor, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    # Both of whoever first wrote; until somebody does, of whoever accepted last.
    accepted_at = models.DateTimeField(null=True, blank=True)
    first_answer_at = models.DateTimeField(null=True, blank=True)
    served_by = models.ForeignKey(Pool, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    transfers = models.PositiveSmallIntegerField(default=0)
    requeues = models.PositiveSmallIntegerField(default=0)

    epoch = models.PositiveIntegerField(default=1)
    party_version = models.PositiveIntegerField(default=0)
    parties_so_far = models.PositiveSmallIntegerField(default=0)

    closing_reason = models.CharField(max_length=30, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # The last sign of a visitor who had gone before that: the conversation ended then.
    left_at = models.DateTimeField(null=True, blank=True)
    classification = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "asked_at"])]

    def __str__(self) -> str:
        return str(self.id)


class Party(models.Model):
    """A counsellor who takes part now, which uses one of their slots. A conversation has one owner at most."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="parties")
    counsellor = models.ForeignKey(Counsellor, on_delete=models.CASCADE, related_name="parties")
    role = models.CharField(max_length=10, choices=_named(PartyRole))
    # The first to join is 1; the visitor sees no other name.
    number = models.PositiveSmallIntegerField()
    joined_at = models.DateTimeField()
    # Of their browsers, made for this conversation only; the newest last, with spaces between.
    public_keys = models.CharField(max_length=MOST_BROWSERS * 88, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "counsellor"], name="a_party_once"),
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(role=PartyRole.OWNER), name="one_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.number}"


class OfferState(models.TextChoices):
    RINGING = "ringing"
    MISSED = "missed"
    REFUSED = "refused"


class Offer(models.Model):
    """A conversation that rings at a counsellor, and their answer; one row for each such pair."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="offers")
    counsellor = models.ForeignKey(Counsellor, on_delete=models.CASCADE, related_name="offers")
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.RINGING)
    expires_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True, blank=True)
    missed = models.PositiveSmallIntegerField(default=0)
    # True: an owner's invitation to join; False: an offer from the queue.
    invited = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "counsellor"], name="an_offer_once")]
        indexes = [models.Index(fields=["state", "expires_at"])]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.state}"


class Duty(models.Model):
    """A counsellor's availability, as they set it, and how many of their slots are in use."""

    counsellor = models.OneToOneField(Counsellor, on_delete=models.CASCADE, related_name="duty")
    state = models.CharField(
        max_length=10,
        choices=[(one.value, one.value) for one in AvailabilityState],
        default=AvailabilityState.AWAY.value,
    )
    capacity = models.PositiveSmallIntegerField(default=USUAL_CAPACITY)
    # `active` and `ringing` change only together with the rows that they count; one conditional UPDATE claims a slot.
    active = models.PositiveSmallIntegerField(default=0)
    ringing = models.PositiveSmallIntegerField(default=0)
    missed = models.PositiveSmallIntegerField(default=0)
    # A console was opened, and has not been lost for long: presence is read for these counsellors only.
    on_duty = models.BooleanField(default=False, db_index=True)
    idle_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "duties"

    def __str__(self) -> str:
        return f"{self.counsellor_id} {self.state}"


class Lease(models.Model):
    """The process that does a job which only one may do at a time. One conditional UPDATE takes the lease; it expires by itself."""

    name = models.CharField(max_length=50, primary_key=True)
    holder = models.CharField(max_length=50)
    expires_at = models.DateTimeField()
    # For a periodic job: when it last succeeded, and how many times in a row it has failed since.
    done_at = models.DateTimeField(null=True, blank=True)
    failed = models.PositiveIntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return self.name


class CannedReply(models.Model):
    """A reply prepared by coordinators. Without a partner, it is for all partners; without a theme, for all themes."""

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, null=True, blank=True, related_name="replies"
    )
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    language = models.CharField(max_length=2, default=settings.LANGUAGE_CODE)
    shortcut = models.SlugField(max_length=30)
    title = models.CharField(max_length=100)
    # The form refuses a text that is too long to be sent.
    body = models.TextField()

    class Meta:
        ordering = ["shortcut"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "language", "shortcut"], name="one_reply_a_shortcut")
        ]
        verbose_name_plural = "canned replies"

    def __str__(self) -> str:
        return self.title


class NoticeKind(models.TextChoices):
    OPENING = "opening", _("before the first message")
    CLOSED = "closed", _("when nothing is open")


class Notice(models.Model):
    """A text of the widget that the platform's coordinators word; HTML, sanitised when it is saved."""

    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    language = models.CharField(max_length=2)
    html = models.TextField(max_length=10_000)
    # Shown from and until then; always where nothing is given.
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "language"]
        constraints = [models.UniqueConstraint(fields=["kind", "language"], name="one_notice_a_language")]

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"

    def is_shown(self, now: datetime) -> bool:
        """Is it shown at this moment?"""
        return (self.starts_at is None or self.starts_at <= now) and (
            self.ends_at is None or now < self.ends_at
        )


class Contact(models.Model):
    """A number to call. Labels are neutral: they name no partner."""

    number = models.CharField(max_length=30)
    labels = models.JSONField(default=dict)
    # The languages of the visitors to whom it is shown; none: of all.
    languages = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    verified_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position", "number"]

    def __str__(self) -> str:
        return self.number

    def label(self, language: str) -> str:
        return in_language(self.labels, language)

    def is_for(self, language: str) -> bool:
        return not self.languages or language in self.languages
