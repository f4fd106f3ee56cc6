from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Staff
from routing_rules.plans import Rule


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
    """One rule of a plan, in its place. `content` is what `Rule.to_dict` says: `Rule` knows its fields, no table does."""

    plan = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField()
    content = models.JSONField()

    class Meta:
        ordering = ["plan_id", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="one_rule_a_place")]

    @property
    def rule(self) -> Rule:
        """The rule, as the engine reads it."""
        return Rule.from_dict(self.content)

    @property
    def name(self) -> str:
        """How coordinators call it."""
        return self.rule.name

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"
