"""What an operator asks of the installation itself: which processes run, and whether there is a backup that can be opened."""

from django.db import models


class RunningProcess(models.Model):
    """A process that said lately that it runs."""

    name = models.CharField(max_length=16, primary_key=True)
    kind = models.CharField(max_length=10)
    version = models.CharField(max_length=50)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class KeptBackup(models.Model):
    """The newest backup that could be opened after it was made, and the newest that could not: two rows at most."""

    readable = models.BooleanField(unique=True)
    ended_at = models.DateTimeField()
    size = models.BigIntegerField()
    place = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.place
