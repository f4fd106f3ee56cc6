"""What the board remembers (alerts that are on, who is told of them, when a team was last called), and what the what-if computed and
foretold."""

import uuid

from django.db import models
from django.db.models import Q

from coordination.board.alerts import AlertKind
from partners.models import QueuedLetter, Staff
from routing_rules.models import Pool


class AlertWatch(models.Model):
    """An alert that is on, or that is being timed (`coordination.board.alerts.AlertState`). Where nothing is, there is no row."""

    kind = models.CharField(max_length=30, choices=[(one.value, one.value) for one in AlertKind])
    # The team's code; none for what concerns the whole platform.
    team = models.CharField(max_length=50, blank=True)
    since = models.FloatField(null=True)
    began = models.FloatField(null=True)
    calm = models.FloatField(null=True)
    seen = models.FloatField(null=True)
    # Of two processes that look at once only one raises it.
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "team"], name="one_watch_a_kind_and_team")]

    def __str__(self) -> str:
        return f"{self.kind} {self.team}".strip()


class AlertNotice(models.Model):
    """An alert of which one person is told: that it has begun, and that it is over. It goes once both are told."""

    person = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30, choices=[(one.value, one.value) for one in AlertKind])
    # The team's code; none for what concerns the whole platform.
    team = models.CharField(max_length=50, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # When a letter left that tells of the beginning.
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["began_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "team", "began_at"], name="one_notice_an_alert_and_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.team}".strip()


class AlertLetter(QueuedLetter):
    """A letter about whatever one person is to be told of alerts when it leaves."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(done_at__isnull=True), name="one_waiting_alert_letter"
            )
        ]


class CallKind(models.TextChoices):
    NUDGE = "nudge"
    HELP = "help"


class TeamCall(models.Model):
    """When a team was last called from the board: nobody is called again within minutes."""

    kind = models.CharField(max_length=10, choices=CallKind.choices)
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="calls")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "pool"], name="one_call_a_kind_and_pool")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pool_id}"


class RunState(models.TextChoices):
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class WhatIfRun(models.Model):
    """A question to the what-if, and its answer; gone a week later. It is computed in a process of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    # `coordination.what_if.question.Question` and `WhatIfAnswer`.
    question = models.JSONField()
    answer = models.JSONField(null=True)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    # Why it failed, as a code.
    reason = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField(db_index=True)
    # When the process last said that it runs, and the part that was done then.
    seen_at = models.DateTimeField()
    done = models.FloatField(default=0.0)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(state="running"), name="one_what_if_a_person_at_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d} {self.state}"


class Prediction(models.Model):
    """What the what-if foretold of a plan before it came into force; the last computation of these rules counts."""

    plan_number = models.PositiveIntegerField(unique=True)
    # The rules as they were then: a draft that was changed since is another plan.
    rules = models.JSONField()
    made_on = models.DateField()
    # Shares between 0 and 1, of the plan that was in force, and of this one with its interval.
    before = models.FloatField()
    take_up = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()

    class Meta:
        ordering = ["-plan_number"]

    def __str__(self) -> str:
        return f"{self.plan_number} {self.take_up:.3f}"
