"""The forms of a page, as a browser would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

Field = tuple[str, str]
_EXAMPLES = {
    "email": "nouvelle@example.be",
    "date": "2031-01-06",
    "datetime-local": "2031-01-06T09:00",
    "number": "3",
    "url": "https://www.example.be",
}
"""What is typed into a field that is still empty."""
TYPED = "abcd"


@dataclass
class Form:
    """One form: `fields` are its names and values as they would be sent, `offered` the values that can be chosen."""

    action: str
    method: str
    multipart: bool
    fields: list[Field] = field(default_factory=list)
    offered: dict[str, list[str]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Of all fields, also of those that would not be sent as they are."""
        return sorted({name for name, _ in self.fields} | set(self.offered))


def forms_of(html: str, address: str) -> list[Form]:
    """Every form of the page at that address."""
    parser = _Parser(address)
    parser.feed(html)
    return parser.forms


class _Parser(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(
                action=urljoin(self.address, given.get("action", "")).split("#")[0],
                method=given.get("method", "get").upper(),
                multipart="multipart" in given.get("enctype", ""),
            )
            self.forms.append(self._form)
        if self._form is None:
            return
        name = given.get("name", "")
        if tag == "option" and self._select:
            self._offer(self._select, given.get("value", ""), chosen="selected" in given)
        elif tag == "select":
            self._select = name
            self._form.offered[name] = []
        elif tag == "textarea":
            self._textarea = name
            self._form.fields.append((name, ""))
        elif tag in {"input", "button"} and name and name != "csrfmiddlewaretoken":
            self._input(name, given, tag)

    def _input(self, name: str, given: dict[str, str], tag: str) -> None:
        assert self._form is not None
        kind, value = given.get("type", "text" if tag == "input" else "submit"), given.get("value", "")
        if kind in {"checkbox", "radio"}:
            self._offer(name, value or "on", chosen="checked" in given)
        elif kind in {"submit", "button", "file"}:
            # A browser sends the button that was pressed: the first without a name.
            self._form.offered.setdefault(name, []).append(value)
        else:
            self._form.fields.append(
                (name, value or _EXAMPLES.get(kind, TYPED if "required" in given else ""))
            )

    def _offer(self, name: str, value: str, *, chosen: bool) -> None:
        assert self._form is not None
        self._form.offered.setdefault(name, []).append(value)
        if chosen:
            self._form.fields.append((name, value))

    def handle_data(self, data: str) -> None:
        if self._textarea and self._form is not None:
            # HTML drops the first line break of a text area.
            self._form.fields[-1] = (self._textarea, self._form.fields[-1][1] + data)

    def handle_endtag(self, tag: str) -> None:
        if self._form is None:
            return
        if tag == "select" and self._select:
            chosen = {name for name, _ in self._form.fields}
            offered = [value for value in self._form.offered[self._select] if value]
            if self._select not in chosen and offered:
                self._form.fields.append((self._select, offered[0]))
            self._select = None
        elif tag == "textarea" and self._textarea:
            name, text = self._form.fields[-1]
            self._form.fields[-1] = (name, text.removeprefix("\n") or TYPED)
            self._textarea = None
        elif tag == "form":
            self._form = None
