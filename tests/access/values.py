"""What nobody would type, for forms and addresses."""

from urllib.parse import quote_plus

from hypothesis import strategies as st

from tests.access.html_forms import Field, Form

ODD = (
    "", " ", "x\n", "x\r\n", "\n", "\0", "a\0b", "\x1b[31m", "\ud800", "a\udfffb", "\ufeff", "\u202eabc", "é" * 60, "𝔘" * 30,
    "0", "-1", "1.5", "1e400", "nan", "²", "١٢", "９", "9" * 19, "-" + "9" * 30, "9" * 5_000, "0x1F", "1_000", "+1",
    "true", "None", "[]", "{}", "*", "all", "new", "../..", "%", "%s%n", "%(x)s", "{}{0.__class__}", "';--", "<script>", "javascript:x",
    "0001-01-01", "9999-12-31", "2031-02-30", "31/12/0001", "0001-01-01T00:00", "9999-12-31T23:59", "2031-03-30T02:30",
    "2031-10-26T02:30", "2031-01-06T24:00", "0:00-24:00", "24:00-24:00+1", "9:00-9:00+1", "0:00-0:01+1", "9-10," * 60, "closed",
    "a@b", "a@b.be\nBcc: x@y.be", "@", "a" * 300 + "@example.be", "https://", "https://*.com", "http://[::1", "https://é.be", "//x",
    "Europe/Brussels\n", "../etc/passwd", "/etc/localtime", "posix/UTC", "factory", "a" * 51, "a" * 256, "a b", "A-Z", "-", "_",
)  # fmt: skip
LONG = (1_000, 5_000)
_WORD = st.text(st.characters(codec=None), max_size=20)
text = st.one_of(
    st.sampled_from(ODD),
    _WORD,
    st.integers().map(str),
    st.sampled_from(LONG).map(lambda length: "a" * length),
    st.dates().map(str),
)
Field_ = st.tuples(_WORD, text)


@st.composite
def submission(draw: st.DrawFn, form: Form, others: tuple[str, ...] = ()) -> list[Field]:
    """What the form would send, with up to four fields changed, doubled, left out or added."""
    sent = list(form.fields)
    for _ in range(draw(st.integers(1, 4))):
        names = form.names or list(others) or ["x"]
        name = draw(st.sampled_from(names))
        how = draw(st.sampled_from(["odd", "odd", "odd", "other", "gone", "double", "unknown"]))
        if how in {"odd", "other", "gone"}:
            sent = [(key, value) for key, value in sent if key != name]
        if how in {"odd", "double"}:
            sent.append((name, draw(text)))
        elif how == "other" and form.offered.get(name):
            sent.append((name, draw(st.sampled_from(form.offered[name]))))
        elif how == "unknown":
            sent.append(
                (draw(st.sampled_from([*names, *others, "pk", "id"])) if others else draw(_WORD), draw(text))
            )
    return sent


def urlencoded(fields: list[Field]) -> bytes:
    """As browsers write it; lone surrogates as three bytes that are no UTF-8."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in fields).encode()


def _quoted(text: str) -> str:
    return quote_plus(text.encode("utf-8", "surrogatepass"))


def multipart(fields: list[Field], boundary: str) -> bytes:
    """As browsers write it."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields
    ]
    return "".join([*parts, f"--{boundary}--\r\n"]).encode("utf-8", "surrogatepass")
