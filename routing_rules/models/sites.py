from django.db import models

from partners.models import Partner
from routing_rules.audiences import AUDIENCES, EVERYBODY
from routing_rules.languages import known_languages
from routing_rules.models.themes import Theme


class Site(models.Model):
    """A place that embeds the widget."""

    key = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=100)
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="sites"
    )
    # Origins that may frame the widget: "https://www.example.be", or "https://*.example.be".
    domains = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=known_languages)
    # None chosen means all of them.
    themes = models.ManyToManyField(Theme, blank=True, related_name="sites")
    audience = models.CharField(max_length=20, choices=[(one, one) for one in AUDIENCES], default=EVERYBODY)
    campaign = models.SlugField(max_length=50, blank=True)
    # Besides the one above: those that a page may name. Any other counts as none.
    campaigns = models.JSONField(default=list, blank=True)
    test = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SchoolBooking(models.Model):
    """A class's session: while it runs, its places are kept for pupils who give its code."""

    code = models.CharField(max_length=20, unique=True)
    school = models.CharField(max_length=100)
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    themes = models.ManyToManyField(Theme, blank=True, related_name="bookings")
    places = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="booking_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.school}"
