from django.db import models

from partners.wording import in_language, page_language


class Theme(models.Model):
    code = models.SlugField(max_length=20, unique=True)
    # Labels are data, not messages: the platform's coordinators word them.
    labels = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.label(page_language())

    def label(self, language: str) -> str:
        """In this language, else in French, else the code."""
        return in_language(self.labels, language) or str(self.code)
