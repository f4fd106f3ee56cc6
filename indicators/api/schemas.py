"""What the API takes and answers, as its description and its checks read it. `indicators.api.description` adds values and meanings."""

from ninja import Field, Schema


class ChoiceIn(Schema):
    """The choices of the page."""

    period: str = ""
    first: str = Field("", alias="from")
    to: str = ""
    by: str = ""
    theme: str = ""
    language: str = ""
    network: str = ""
    site: str = ""
    audience: str = ""
    campaign: str = ""
    within: str = ""


class QuarterIn(Schema):
    """A closed quarter; the default is the latest."""

    quarter: str = ""


class DefinitionOut(Schema):
    """An indicator, in the reader's language."""

    code: str
    version: int
    name: str
    meaning: str
    formula: str


class FiguresOut(Schema):
    """One record a line of the table, then the total."""

    records: list[dict[str, str | int | float | None]]
    invented: bool = False


class ProfilesOut(Schema):
    """One record for each published count."""

    records: list[dict[str, str | int | None]]
    invented: bool = False


class TroubleOut(Schema):
    """What is wrong with each parameter: sentences for people, and for each its code for programs.

    What is wrong with all of them together stands under `parameters`.
    """

    errors: dict[str, list[str]]
    codes: dict[str, list[str]]


class NoTokenOut(Schema):
    """Without a valid token nothing is told."""

    detail: str
    code: str = "no_token"


class OnlyGetOut(Schema):
    """Nothing is changed through the API."""

    detail: str = "Only GET is answered."
    code: str = "only_get"


class NoSuchAddressOut(Schema):
    """Any other address under `/api/v1/`."""

    detail: str = "There is no such address. /api/v1/openapi.json names all."
    code: str = "no_such_address"


class TooManyOut(Schema):
    """Too many answers this minute; `Retry-After` says when the next one may be asked for."""

    detail: str
    code: str = "too_many"
