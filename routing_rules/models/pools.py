from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.models import Partner
from partners.time_zone import TIME_ZONE
from routing_rules.weekly import ExceptionKind


class Pool(models.Model):
    """A set of counsellors that rules send to, with opening hours of its own."""

    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=100)
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="pools"
    )
    timezone = models.CharField(max_length=50, default=TIME_ZONE)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Timetable(models.Model):
    """A pool's weekly hours from a date on. A newer timetable ends it. It never changes after it began: figures depend on it."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="timetables")
    valid_from = models.DateField()

    class Meta:
        ordering = ["pool", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["pool", "valid_from"], name="one_timetable_a_pool_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.pool} {self.valid_from}"


class OpeningInterval(models.Model):
    """Weekday 0 is Monday; minutes from local midnight. An end beyond 1440 is on the next day."""

    timetable = models.ForeignKey(Timetable, on_delete=models.CASCADE, related_name="intervals")
    weekday = models.PositiveSmallIntegerField()
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "start_minute"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="interval_weekday"),
            models.CheckConstraint(condition=Q(start_minute__lt=1440), name="interval_start"),
            models.CheckConstraint(
                condition=Q(end_minute__gt=F("start_minute")) & Q(end_minute__lte=F("start_minute") + 1440),
                name="interval_end_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start_minute}-{self.end_minute}"


class DatedException(models.Model):
    """A closure or an extra opening on one date, of one pool or (none given) of all. Beats the weekly hours."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, null=True, blank=True, related_name="exceptions")
    date = models.DateField()
    kind = models.CharField(
        max_length=10,
        choices=[(ExceptionKind.CLOSED.value, _("closed")), (ExceptionKind.OPEN.value, _("open besides"))],
    )
    # Whole day unless given; an end beyond 1440 is on the next day.
    start_minute = models.PositiveSmallIntegerField(default=0)
    end_minute = models.PositiveSmallIntegerField(default=1440)
    reason = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["date", "start_minute"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start_minute__lt=1440)
                & Q(end_minute__gt=F("start_minute"))
                & Q(end_minute__lte=F("start_minute") + 1440),
                name="exception_end_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pool or '*'} {self.date} {self.kind}"
