from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from routing_rules.codes import LONGEST, LONGEST_THEME
from routing_rules.languages import FALLBACK, worded


class Worded(models.Model):
    """A code that never changes, and how the platform's coordinators word it: labels are data, not messages."""

    labels = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)
    # Not active is archived: it keeps its name in figures and files, and is no choice for anything new.
    active = models.BooleanField(default=True)

    code: "models.CharField[str, str]"

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label(get_language() or FALLBACK)

    def label(self, language: str) -> str:
        """In this language, else in French, else the code."""
        return worded(self.labels, language, self.code)


class Theme(Worded):
    """What a request is about, as visitors choose it."""

    code = models.SlugField(max_length=LONGEST_THEME, unique=True)
    # The theme of somebody who does not know what to ask: the reception is whoever handles it.
    reception = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["reception"], condition=Q(reception=True), name="one_reception_theme"
            )
        ]


class SubTheme(Worded):
    """What it was about within its theme, as counsellors choose it when they close. Its code is no other theme's either."""

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="subthemes")
    code = models.SlugField(max_length=LONGEST, unique=True)

    class Meta:
        ordering = ["theme", "position", "code"]
