from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from partners.models import Staff
from routing_rules.languages import FALLBACK
from routing_rules.models.pools import Pool
from routing_rules.models.themes import Theme
from routing_rules.snapshot import MOST_AT_ONCE, USUAL_CAPACITY


def french_only() -> list[str]:
    return [FALLBACK]


class Counsellor(models.Model):
    """What a member of staff can take: themes, languages, pools, and how many conversations at once."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="counsellor")
    pools = models.ManyToManyField(Pool, related_name="counsellors", blank=True)
    themes = models.ManyToManyField(Theme, related_name="counsellors", blank=True)
    languages = models.JSONField(default=french_only)
    capacity = models.PositiveSmallIntegerField(
        default=USUAL_CAPACITY, validators=[MinValueValidator(1), MaxValueValidator(MOST_AT_ONCE)]
    )

    class Meta:
        ordering = ["staff__first_name", "staff__username"]

    def __str__(self) -> str:
        return str(self.staff)
