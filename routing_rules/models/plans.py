from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Staff
from routing_rules.models.pools import Pool


class PlanState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("to be published")
    HELD = "held", _("held back")
    """It was due, but something came into force meanwhile, or its rules no longer hold: somebody has to look."""
    PUBLISHED = "published", _("in force")
    RETIRED = "retired", _("replaced")


class PlanVersion(models.Model):
    """One numbered version of the rules. Exactly one is in force; a published one never changes."""

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    # Goes up with every change of the draft: whoever saves says which one they saw.
    revision = models.PositiveIntegerField(default=1)
    based_on = models.PositiveIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        Staff, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=PlanState.PUBLISHED), name="one_plan_in_force"
            ),
            models.UniqueConstraint(fields=["state"], condition=Q(state=PlanState.DRAFT), name="one_draft"),
        ]

    def __str__(self) -> str:
        return _("Plan %(number)s") % {"number": self.number}


class RuleRow(models.Model):
    """Conditions and what follows; an empty list of codes means any."""

    plan = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    themes = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    sites = models.JSONField(default=list, blank=True)
    audiences = models.JSONField(default=list, blank=True)
    priority = models.SmallIntegerField(default=0)
    ring_size = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    ring_time_s = models.PositiveSmallIntegerField(
        default=40, validators=[MinValueValidator(10), MaxValueValidator(300)]
    )

    class Meta:
        ordering = ["plan", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="one_rule_a_place")]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"


class StepRow(models.Model):
    """From `after_s` seconds after the request on, these pools are candidates too."""

    rule = models.ForeignKey(RuleRow, on_delete=models.CASCADE, related_name="steps")
    after_s = models.PositiveIntegerField(default=0)
    all_pools = models.BooleanField(default=False)
    pools = models.ManyToManyField(Pool, blank=True, related_name="+")

    class Meta:
        ordering = ["rule", "after_s"]

    def __str__(self) -> str:
        return f"{self.rule} +{self.after_s} s"
