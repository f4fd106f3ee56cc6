from django.db import models
from django.db.models import Q

from partners.codes import LONGEST_CODE, LONGEST_THEME_CODE
from partners.wording import in_language, page_language


class Worded(models.Model):
    """A code that never changes, with labels that the platform's coordinators edit: labels are data, not messages to translate."""

    labels = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)
    # Not active means archived: it keeps its name in figures and files, but cannot be chosen for anything new.
    active = models.BooleanField(default=True)

    code: "models.CharField[str, str]"

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label(page_language())

    def label(self, language: str) -> str:
        """In this language, else in French, else the code."""
        return in_language(self.labels, language, self.code)


class Theme(Worded):
    """What a request is about, as visitors choose it."""

    code = models.SlugField(max_length=LONGEST_THEME_CODE, unique=True)
    # The theme of somebody who does not know what to ask; the counsellors who have this theme are the reception.
    reception = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["reception"], condition=Q(reception=True), name="one_reception_theme"
            )
        ]


class SubTheme(Worded):
    """The detail of a theme that counsellors choose when they close a conversation. Codes are unique across all themes."""

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="subthemes")
    code = models.SlugField(max_length=LONGEST_CODE, unique=True)

    class Meta:
        ordering = ["theme", "position", "code"]
