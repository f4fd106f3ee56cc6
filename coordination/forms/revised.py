"""Forms that change what is stored: each carries what its author saw, so that the second of two writers is told of the first."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from coordination.weekdays import whole_moment
from coordination.writers import end_of_log, entries_since, writer_of
from partners.models import AuditEntry, Staff

LENGTH = 16
LONGEST_REVISION = LENGTH + 20
UNDONE = "undone"


def revision_of(stored: Mapping[str, Any]) -> str:
    """A short value that changes with what is stored."""
    text = json.dumps(stored, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


class RevisedForm(forms.Form):
    """`initial` is what is stored now. A form that was made from something else is overtaken: it is shown again, with what was typed,
    what is stored, and who stored it; sent once more, it holds.

    `subject` is the audit log's name of what the form changes, empty for what is new; `about` are details that tell it from other
    things of that name. `reader` is whom the page is for.
    """

    acts: ClassVar[Collection[str]] = ()
    """The log's codes of what changes what the form shows."""

    # What is stored, and where the log ended when the page was made.
    revision = forms.CharField(required=False, max_length=LONGEST_REVISION, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        subject: str = "",
        about: Mapping[str, Any] | None = None,
        reader: Staff | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.overtaken = False
        self.subject, self.about, self.reader = subject, about or {}, reader
        self._end = end_of_log() if subject else "0"
        self.initial = {**self.initial, "revision": self.current()}

    def current(self) -> str:
        """The revision of what is stored now."""
        return f"{revision_of(self.stored())}-{self._end}"

    def is_outdated(self, sent: str) -> bool:
        """Was a page with this revision made from something else than what is stored now?"""
        return bool(sent) and sent.partition("-")[0] != revision_of(self.stored())

    def writers_since(self, sent: str) -> list[AuditEntry]:
        """The acts since then that changed what the form shows, the latest first."""
        return entries_since(sent.partition("-")[2], self.is_changed_by)

    def is_changed_by(self, entry: AuditEntry) -> bool:
        """Did this act change what the form shows? Undoing an act changes what the act changed."""
        act = entry.detail.get("act") if entry.action == UNDONE else entry.action
        return (
            act in self.acts and entry.subject == self.subject and self.about.items() <= entry.detail.items()
        )

    def stored(self) -> Mapping[str, Any]:
        """What is stored now, by field."""
        return {name: value for name, value in self.initial.items() if name != "revision"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        sent = cleaned.get("revision", "")
        if self.is_outdated(sent):
            self.overtake(self._overtaken_sentence(sent))
        return cleaned

    def overtake(self, sentence: str) -> None:
        """Show the form again with what was typed and what is stored. Sent once more, it holds."""
        self.overtaken = True
        self.retype(self.add_prefix("revision"), self.current())
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

    def _overtaken_sentence(self, sent: str) -> str:
        writer = writer_of(self.writers_since(sent), self.reader)
        if writer is not None and writer.name:
            return _(
                "%(name)s saved this on %(moment)s, while you were writing. What you typed is kept below; to put it in the "
                "place of theirs, save once more."
            ) % {"name": writer.name, "moment": whole_moment(writer.at)}
        if writer is not None:
            return _(
                "You saved this yourself on %(moment)s, in another window. What you typed here is kept below; to put it in the place of "
                "what you saved there, save once more."
            ) % {"moment": whole_moment(writer.at)}
        return _(
            "Somebody else saved this while you were writing. What you typed is kept below; to put it in the place of theirs, "
            "save once more."
        )

    def _differences(self) -> Iterator[tuple[str, str]]:
        """The fields in which what is stored differs from what was typed."""
        for name, field in self.fields.items():
            typed = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if name in self.stored() and field.has_changed(self.initial.get(name), typed):
                yield str(field.label), self._in_words(name)

    def _in_words(self, name: str) -> str:
        """The stored value of a field as the page shows it."""
        value, field = self.initial.get(name), self.fields[name]
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        labels = {str(code): str(label) for code, label in getattr(field, "choices", ())}
        values = value if isinstance(value, list | tuple) else [value]
        return ", ".join(labels.get(str(one), str(one)) for one in values if one not in (None, "")) or "—"
