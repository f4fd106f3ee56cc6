"""The data that outlives a conversation: one row per request without anything that points to a person, and two kinds
of sums.

Networks, pools, sites and themes are codes, not foreign keys, and no row points to a person: nobody must be
identifiable from a figure. `indicators.rows.record` is the only writer.
"""

import uuid

from django.db import models

from partners.models import QueuedLetter, Staff


def _code() -> "models.CharField[str, str]":
    return models.CharField(max_length=50, blank=True)


class MetricRow(models.Model):
    """One request that has ended. The key is random, so that rows do not reveal the order in which they were written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.DateField(db_index=True)
    """Day of arrival in Brussels."""
    slot = models.PositiveSmallIntegerField()
    """Half hour of arrival in Brussels, 0 to 47."""
    theme_asked = _code()
    theme_end = _code()
    language = _code()
    site = _code()
    campaign = _code()
    audience = _code()
    site_network = _code()
    network_served = _code()
    pool_served = _code()
    plan_number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=20)
    wait_s = models.PositiveIntegerField(null=True)
    """From asking until somebody accepted or the request ended; rounded up to 5 s."""
    first_answer_s = models.PositiveIntegerField(null=True)
    """From accepting to the counsellor's first message; rounded up to 5 s."""
    duration_min = models.PositiveIntegerField(null=True)
    """From accepting to the close; rounded to 1 min."""
    quiet_min = models.PositiveIntegerField(default=0)
    """The part of the duration in stretches of more than 5 min without a message; rounded to 1 min."""
    transfers = models.PositiveSmallIntegerField(default=0)
    requeues = models.PositiveSmallIntegerField(default=0)
    leg_lost = models.BooleanField(null=True)
    """It was answered, went back to the queue, and ended there. This field and the next: None in rows of version 1."""
    two_way = models.BooleanField(null=True)
    """The visitor wrote after the counsellor's first message."""
    version = models.PositiveSmallIntegerField(default=1, db_default=1)
    """The version of the rules by which this row was made."""
    messages_visitor = models.PositiveSmallIntegerField(default=0)
    messages_counsellor = models.PositiveSmallIntegerField(default=0)
    closed_theme = _code()
    """The counsellor's classification at the close: theme, subtheme, and what was given."""
    closed_subtheme = _code()
    given = models.CharField(max_length=100, blank=True)
    """One code or several, joined by `+`."""
    rating = models.PositiveSmallIntegerField(null=True)
    """This field and those below: only the answers that the visitor chose to give, all of them optional."""
    helped = _code()
    status = _code()
    age_band = _code()
    gender = _code()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(slot__lte=47), name="metric_row_slot_of_a_day"),
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__gte=1, rating__lte=5),
                name="metric_row_rating_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.outcome}"


class PendingRow(models.Model):
    """A request that has ended and is not counted yet, sealed by a key outside the database. Its key is not the metric row's.

    The transaction that ends a conversation writes this, so that no transaction, dead row or log of the database holds a conversation and
    its metric row. `indicators.rows.pending` makes metric rows of many, an hour later and in random order.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ready_at = models.DateTimeField(db_index=True)
    """A full hour, after which nothing can be added any more."""
    sealed = models.BinaryField()
    """Always of the same length."""

    def __str__(self) -> str:
        return f"ready at {self.ready_at}"


class Counter(models.Model):
    """How often the widget was opened, and asked while closed: sums of a half hour."""

    day = models.DateField()
    slot = models.PositiveSmallIntegerField()
    site = _code()
    language = _code()
    campaign = _code()
    kind = models.CharField(max_length=20)
    n = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "slot", "site", "language", "campaign", "kind"],
                name="counter_once_a_half_hour",
            ),
            models.CheckConstraint(condition=models.Q(slot__lte=47), name="counter_slot_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.n}"


class Capacity(models.Model):
    """How a pool was staffed in a half hour: sums over minutes, never who."""

    day = models.DateField()
    slot = models.PositiveSmallIntegerField()
    pool = _code()
    minutes_open = models.FloatField(default=0)
    minutes_unready = models.FloatField(default=0)
    """Open, with nobody ready."""
    ready_minutes = models.FloatField(default=0)
    """Ready counsellors times open minutes: divided by `minutes_open` it is the mean ready."""
    free_slot_minutes = models.FloatField(default=0)
    """Free slots times open minutes: divided by `minutes_open` it is the mean free slots."""
    minutes_rostered = models.FloatField(default=0, db_default=0)
    """Open, with a shift planned. The next three are sums over these minutes: divided by them they are means."""
    needed_minutes = models.FloatField(default=0, db_default=0)
    """People that the shifts need, times minutes."""
    planned_minutes = models.FloatField(default=0, db_default=0)
    """People who are on the shifts, times minutes."""
    rostered_ready_minutes = models.FloatField(default=0, db_default=0)
    """People who were ready, planned or not, times minutes."""

    class Meta:
        verbose_name_plural = "capacities"
        constraints = [
            models.UniqueConstraint(fields=["day", "slot", "pool"], name="capacity_once_a_half_hour"),
            models.CheckConstraint(condition=models.Q(slot__lte=47), name="capacity_slot_of_a_day"),
        ]
        indexes = [models.Index(fields=["pool", "day"], name="capacity_of_a_pool")]

    def __str__(self) -> str:
        return f"{self.day} {self.pool}"


class OnDuty(models.Model):
    """How many people of a pool were ready at some time of a day, at least: of one or two people, no figure is shown."""

    day = models.DateField()
    pool = _code()
    people = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "on duty"
        constraints = [models.UniqueConstraint(fields=["day", "pool"], name="on_duty_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.pool}"


class SkilledOnDuty(models.Model):
    """Three people or more with a theme or language were ready on a day. Of fewer there is no row (`indicators.protection.few_people`)."""

    day = models.DateField()
    pool = _code()
    """Empty: of all teams together."""
    skill = models.CharField(max_length=10)
    """`theme` or `language`."""
    code = _code()

    class Meta:
        verbose_name_plural = "skilled on duty"
        constraints = [
            models.UniqueConstraint(
                fields=["day", "pool", "skill", "code"], name="skilled_on_duty_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.pool} {self.skill} {self.code}"


class DailySums(models.Model):
    """The rows of one day, summed up: every figure is computed from these. `indicators.sums.daily` makes them from the rows at any time."""

    day = models.DateField(db_index=True)
    part = models.CharField(max_length=30)
    """By what it is summed up."""
    packed = models.BinaryField()
    """As `indicators.sums.cells` packs it: codes, numbers of requests and histograms of their times."""

    class Meta:
        verbose_name_plural = "daily sums"
        constraints = [models.UniqueConstraint(fields=["part", "day"], name="daily_sums_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.part}"


class DutyPeriod(models.Model):
    """People of a class (`routing_rules.skill_classes`) in a quarter of an hour: sums of at least three, for the what-if, in no figure."""

    day = models.DateField(db_index=True)
    quarter = models.PositiveSmallIntegerField()
    network = _code()
    pool = _code()
    """Empty where too few of the team have a class: then they are counted with their network, or with everybody."""
    skills = models.CharField(max_length=300, blank=True)
    """Languages and themes, where three people of the team have exactly these."""
    minutes = models.FloatField(default=0)
    """People available, times minutes."""
    present_minutes = models.FloatField(default=0)
    """Of these with a recent sign that they use the page."""
    absences = models.PositiveIntegerField(default=0)
    """How often such signs ceased."""
    answered = models.PositiveIntegerField(default=0)
    """Rings that were accepted or refused; the next: that ran out."""
    missed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "quarter", "network", "pool", "skills"], name="duty_period_once"
            ),
            models.CheckConstraint(condition=models.Q(quarter__lte=95), name="duty_period_quarter_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.quarter} {self.pool}"


class FiguresRelease(models.Model):
    """The figures of a closed period, frozen: `indicators.releases.freezing` is the only writer, and nothing changes or deletes them."""

    number = models.PositiveIntegerField(unique=True)
    first = models.DateField()
    last = models.DateField()
    revision = models.PositiveSmallIntegerField(default=1)
    """Of this period: 1, and more for corrections."""
    reason = models.CharField(max_length=300, blank=True)
    """What a correction corrects."""
    made_on = models.DateField()
    content = models.JSONField()
    """Its tables, as files have them but for names; definitions (`releases.frozen_definitions`); plans; protected tables, as published."""

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["first", "last", "revision"], name="release_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.first} {self.last}"


class FiguresLetter(QueuedLetter):
    """The figures of a month or quarter that is over, for one person who asked for them. What they are is read when it leaves."""

    first = models.DateField()
    """The first day of the period; `kind` says how long it is."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "first"], name="one_figures_letter_a_period")
        ]


class Discrepancy(models.Model):
    """What did not add up last night in the figures of a day; `indicators.rows.reconciliation` names the checks."""

    day = models.DateField()
    check_name = models.CharField(max_length=30)
    expected = models.PositiveIntegerField()
    found = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "discrepancies"

    def __str__(self) -> str:
        return f"{self.day} {self.check_name}"


class ApiToken(models.Model):
    """A personal token for scripts that read figures. It can do what its owner may, as long as they may."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=50)
    """The name that its owner gave it."""
    token_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the token: a reader of this table cannot use the token."""
    made_on = models.DateField()
    expires_on = models.DateField()
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["made_on", "name"]

    def __str__(self) -> str:
        return self.name
