"""Networks, partner institutions, the people who sign in, and what they did."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from partners import roles


class Role(models.TextChoices):
    COUNSELLOR = roles.COUNSELLOR, _("Counsellor")
    COORDINATOR = roles.COORDINATOR, _("Coordinator")
    PLATFORM = roles.PLATFORM, _("Platform coordinator")
    ANALYST = roles.ANALYST, _("Analyst")
    ADMIN = roles.ADMIN, _("Administrator")


class Network(models.Model):
    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ["code"]
        verbose_name = _("network")
        verbose_name_plural = _("networks")

    def __str__(self) -> str:
        return self.name


class Partner(models.Model):
    """One institution. Visitors never learn which one answers them."""

    slug = models.SlugField(_("code"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=100)
    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, related_name="partners", verbose_name=_("network")
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("partner")
        verbose_name_plural = _("partners")

    def __str__(self) -> str:
        return self.name


class StaffManager(UserManager["Staff"]):
    use_in_migrations = False

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "Staff":
        """The first account of an installation (`python -m miti createsuperuser`): an administrator.

        Raises ValidationError for a password that the sign-in pages would not take either, and for neither password nor address.
        """
        if password is None and not email:
            raise ValidationError(
                "Give a password (DJANGO_SUPERUSER_PASSWORD with --noinput): nobody could sign in without."
            )
        if password is not None:
            validate_password(password, self.model(username=username, email=email or ""))
        return super().create_superuser(username, email, password, **({"role": Role.ADMIN} | fields))


class Staff(AbstractUser):
    """Somebody who signs in. Only the first name is stored; there is no column for a last name."""

    last_name = None  # type: ignore[assignment]  # Django's own way to drop an inherited field
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.COUNSELLOR)
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="staff",
        verbose_name=_("partner"),
    )
    # When the account was disabled; the purge deletes it some time after this.
    left_at = models.DateTimeField(null=True, blank=True, editable=False)

    # Part of what every session is checked with: one more, and all sessions of before are over.
    session_generation = models.PositiveIntegerField(default=0, editable=False)

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[StaffManager] = StaffManager()

    class Meta:
        ordering = ["first_name", "username"]
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")

    def __str__(self) -> str:
        return self.first_name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Every page that disables or enables an account saves it here, so the moment is set here.
        self.left_at = None if self.is_active else self.left_at or timezone.now()
        super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's own depends on the password alone."""
        return salted_hmac(
            "partners.Staff.session",
            f"{self.password} {self.session_generation}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def get_full_name(self) -> str:
        return str(self)


def _first_language() -> str:
    return str(settings.LANGUAGE_CODE)


class LetterChoices(models.Model):
    """What somebody chose of the letters that Miti writes by itself. Without a row: every kind, in the platform's first language."""

    person = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="letter_choices")
    language = models.CharField(max_length=2, default=_first_language)
    # The kinds (`letter_kinds.LetterKind`) that are switched off.
    off = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name_plural = "letter choices"

    def __str__(self) -> str:
        return f"{self.person_id} {self.language}"


class LetterSubscription(models.Model):
    """Somebody asked for letters of a kind that nobody gets otherwise (`letter_kinds.ASKED_FOR`)."""

    person = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="letter_subscriptions")
    # A `letter_kinds.LetterKind`.
    kind = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_subscription_a_kind")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class QueuedLetter(models.Model):
    """A letter to one person that waits until the mail server takes it: written once, sent once (`queued_letters.py`). What it says is
    read when it leaves.

    Whoever moves `claimed_until` sends it; until then no other process does, and after a failed try it is tried again from then on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    # A `letter_kinds.LetterKind`.
    kind = models.CharField(max_length=20)
    # When nobody needs it any more.
    until = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # When it left, or turned out to be of no use: its reader wants none, or nothing is left to say.
    done_at = models.DateTimeField(null=True, blank=True)
    sent = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class AuditEntry(models.Model):
    """What a member of staff did: who, what, when. No content, no visitor."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    # The entry has its own retention and may outlive the account: then it keeps the act, without the name.
    actor = models.ForeignKey(Staff, on_delete=models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}".strip()
