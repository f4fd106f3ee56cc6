from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Staff
from routing_rules.plans import Rule


class PlanState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("to be published")
    HELD = "held", _("held back")
    """It was due, but another plan came into force before, or its rules name what no longer exists: a coordinator must decide."""
    PUBLISHED = "published", _("in force")
    RETIRED = "retired", _("replaced")


class PlanVersion(models.Model):
    """One numbered version of the rules. Exactly one is in force; a published one never changes."""

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    # Raised by every change of the draft; every save names the revision that its author saw.
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
    """One rule of a plan, with its position. `content` is what `Rule.to_dict` returns: only `Rule` declares a rule's fields."""

    plan = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField()
    content = models.JSONField()

    class Meta:
        ordering = ["plan_id", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="one_rule_a_place")]

    @property
    def rule(self) -> Rule:
        """The rule as the engine's type."""
        return Rule.from_dict(self.content)

    @property
    def name(self) -> str:
        """The name that coordinators gave it."""
        return self.rule.name

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"
