"""Forms that change what is stored: each carries what its author saw, so that the second of two writers is told of the first."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from coordination.weekdays import whole_moment
from partners.models import AuditEntry

LENGTH = 16


def revision_of(stored: Mapping[str, Any]) -> str:
    """A short value that changes with what is stored."""
    text = json.dumps(stored, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


class RevisedForm(forms.Form):
    """`initial` is what is stored now. A form that was made from something else is overtaken: it is shown again, with what was typed,
    what is stored, and who stored it; sent once more, it holds.

    `subject` is the audit log's name of what the form changes.
    """

    revision = forms.CharField(required=False, max_length=LENGTH, widget=forms.HiddenInput)

    def __init__(self, *args: Any, subject: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.overtaken = False
        self.subject = subject
        self._now = revision_of(self.stored())
        self.initial = {**self.initial, "revision": self._now}

    def stored(self) -> Mapping[str, Any]:
        """What is stored now, by field."""
        return self.initial

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        sent = cleaned.get("revision")
        if sent and sent != self._now:
            self.overtake(self._overtaken_sentence())
        return cleaned

    def overtake(self, sentence: str) -> None:
        """Show the form again with what was typed and what is stored. Sent once more, it holds."""
        self.overtaken = True
        self.retype(self.add_prefix("revision"), self._now)
        self.add_error(None, sentence)
        for label, stored in self._differences():
            self.add_error(
                None, _("%(field)s, as it is stored now: %(stored)s") % {"field": label, "stored": stored}
            )

    def retype(self, name: str, value: str) -> None:
        """Put another value into a field of what was sent."""
        sent = QueryDict(mutable=True)
        for each in self.data:
            sent.setlist(
                each, self.data.getlist(each) if isinstance(self.data, QueryDict) else [self.data[each]]
            )
        sent[name] = value
        self.data = sent

    def _overtaken_sentence(self) -> str:
        latest = AuditEntry.objects.filter(subject=self.subject).select_related("actor").first()
        if not self.subject or latest is None:
            return _(
                "Somebody else saved this while you were writing. What you typed is kept below; to put it in the place of theirs, "
                "save once more."
            )
        return _(
            "%(name)s saved this on %(moment)s, while you were writing. What you typed is kept below; to put it in the place of theirs, "
            "save once more."
        ) % {"name": latest.actor or _("somebody"), "moment": whole_moment(latest.at)}

    def _differences(self) -> Iterator[tuple[str, str]]:
        """The fields in which what is stored differs from what was typed."""
        for name, field in self.fields.items():
            typed = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if (
                name in self.stored()
                and name != "revision"
                and field.has_changed(self.initial.get(name), typed)
            ):
                yield str(field.label), self._in_words(name)

    def _in_words(self, name: str) -> str:
        """The stored value of a field as the page shows it."""
        value, field = self.initial.get(name), self.fields[name]
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        labels = {str(code): str(label) for code, label in getattr(field, "choices", ())}
        values = value if isinstance(value, list | tuple) else [value]
        return ", ".join(labels.get(str(one), str(one)) for one in values if one not in (None, "")) or "—"
