"""A file of a spreadsheet, or its text: read whole, with everything that is wrong said by line."""

import csv
from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.csv_files import csv_table

LARGEST: Final = 768 * 1024
"""With the form around it less than a request may have: some six thousand lines."""


class CsvFileForm(forms.Form):
    """What subclasses read of it they keep once the form is valid."""

    file = forms.FileField(label=gettext_lazy("A CSV file"), required=False)
    text = forms.CharField(
        label=gettext_lazy("or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "code"}),
    )
    columns: Any
    """The hint that names the columns."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = self.columns
        self.read = ""
        """The text, from wherever it came: for the form that confirms it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        sent, text = cleaned.get("file"), cleaned.get("text", "")
        if (sent is not None and sent.size > LARGEST) or len(text) > LARGEST:
            raise forms.ValidationError(
                _("This file is too large: %(size)s KB at most.") % {"size": LARGEST // 1024}
            )
        if sent is not None:
            try:
                text = sent.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise forms.ValidationError(
                    _("This is not a text file in UTF-8. In your spreadsheet, save it as “CSV UTF-8”.")
                ) from None
        # A field takes no NUL, and the page sends the text back.
        self.read = text.replace("\0", "").lstrip("\ufeff").lstrip()
        if not self.read.strip():
            raise forms.ValidationError(_("Choose a file, or put its text below."))
        try:
            problems = list(self.problems())
        except csv.Error:
            problems = [_("This is not a CSV file.")]
        if problems:
            raise forms.ValidationError(problems)
        return cleaned

    def problems(self) -> Iterator[str]:
        """Read `read`; gives what is wrong, by line, all at once."""
        raise NotImplementedError

    def table(self, required: tuple[str, ...]) -> "tuple[csv.DictReader[str], str]":
        """The lines under the names of their columns, and what is wrong with these names."""
        rows = csv_table(self.read)
        names = [name.strip().lower() for name in rows.fieldnames or ()]
        rows.fieldnames = names
        if missing := [name for name in required if name not in names]:
            wrong = _("The first line must name the columns. Missing: %(columns)s.")
            return rows, wrong % {"columns": ", ".join(missing)}
        if twice := sorted({name for name in names if name and names.count(name) > 1}):
            wrong = _("Columns that stand twice in the first line: %(columns)s.")
            return rows, wrong % {"columns": ", ".join(twice)}
        return rows, ""


def cells_of(row: dict[str, Any]) -> dict[str, str]:
    """The cells of a line by the name of their column, without the sign that keeps a spreadsheet from computing them."""
    return {
        name: value.strip().removeprefix("'")
        for name, value in row.items()
        if isinstance(name, str) and isinstance(value, str)
    }


def at_line(line: int, problem: str) -> str:
    return _("Line %(line)s: %(problem)s") % {"line": line, "problem": problem}
