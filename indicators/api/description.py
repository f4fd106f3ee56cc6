"""The API's own description: every parameter with its values, every column, every refusal with its meaning, and the limits.

Ninja describes addresses and types; what they mean is added here, from the lists that the forms and files use. In English, whoever asks.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.conf import settings
from django.utils import translation

from indicators import labels
from indicators.api.schemas import NoSuchAddressOut
from indicators.codes import COUNTED, FEW_PEOPLE, OTHER_CAMPAIGN, TOGETHER
from indicators.definitions import DEFINITIONS, ServiceTarget
from indicators.files.columns import heading
from indicators.files.export import CHOSEN, NAMING, WITHIN_S, columns
from indicators.files.export_share import MINUTE_S
from indicators.invented import NOTE, are_invented
from indicators.periods import DEFAULT_PRESET, PRESETS
from indicators.protection.disclosure import OTHERS, PERSONAL
from indicators.questions.choice import MONTHLY
from indicators.questions.choice_faults import MEANINGS
from indicators.sums.query import BREAKDOWNS
from indicators.tables.protected import ANSWERS

Json = dict[str, Any]

SCOPES: Final = {
    "own_pools": "What the teams of one's own partner took up.",
    "platform": "The whole platform.",
}
COUNTS: Final = {"<10": "Fewer than ten, zero included.", "withheld": "It would have narrowed another count."}
COUNTED_ADDRESSES: Final = ("figures", "figures.csv", "figures.xlsx", "profiles")
"""Those of which an account gets so many answers a minute; each is in the audit log."""
STATUSES: Final = {
    "200": "The answer.",
    "400": "The choice is refused: `codes` says why, by parameter.",
    "401": "There is no token, or it is not valid: unknown, revoked, over a year old, or its owner may read no figures any more.",
    "404": "There is no such address under `/api/v1/`.",
    "405": "Only GET is answered.",
    "429": "Too many answers in this minute; `Retry-After` says in how many seconds the next one is given.",
}
PARAMETERS: Final = {
    "period": "A period. `from` and `to` go before it: with one of both alone, the other end is that of the period. "
    f"Without it: `{DEFAULT_PRESET}`, for a partner's coordinator `{MONTHLY}`.",
    "from": "The first day of arrival in Brussels, as 2026-09-30. Without it: the first day of `period`.",
    "to": "The last day, as 2026-09-30; days that are not over are left out. Without it: the last day of `period`. "
    "What would end before it begins is refused.",
    "by": "The lines of the table. Without it: `theme`.",
    "theme": "Only this theme: a `key` of the table by theme.",
    "language": "Only this language: a `key` of the table by language.",
    "network": "Only sites of this network: a `key` of the table by network.",
    "site": "Only this site: a `key` of the table by site.",
    "audience": "Only this audience: a `key` of the table by audience.",
    "campaign": "Only this campaign: a `key` of the table by campaign.",
    "within": "Seconds of the service level. Without it: 60, for a partner's coordinator always.",
    "quarter": "A closed quarter, as 2026-Q3; the last seven are published. Without it: the latest.",
}
COLUMNS: Final = {
    "from": "The first day.",
    "to": "The last day.",
    "scope": "Whose figures.",
    "filters": "What was chosen, as codes: `name=code`, with spaces between.",
    "filter_labels": "The same in the reader's language.",
    "by": "What the line is one of; `total` is the line of all together.",
    "key": f"The code of the line, empty for the total and where there is none. `{OTHER_CAMPAIGN}`: campaigns too rare to be named; "
    "with a filter, and where even together they are few, they are in the line without a code. "
    f"`{TOGETHER}`: what is too rare in a month to be told of days. "
    f"`{FEW_PEOPLE}`: themes or languages of one's own teams, for some of which fewer than three people were on duty.",
    "label": "Its present name in the reader's language.",
    "plans": "The numbers of the routing plans in force: another one is a break in the series.",
    "rules": "The versions of the rules of counting: another one is a break in the series.",
    "partial": "`yes`: the period has not all days of this week, month or quarter; else empty.",
    "hours_more": "By month and quarter: hours a week by which the open ones are more than before, a break; empty where they are the same.",
    "hours_fewer": "The same: by which they are fewer.",
}
VALUES: Final[Mapping[str, Callable[[], dict[str, str]]]] = {
    "period": lambda: {code: str(labels.PRESETS[code]) for code in PRESETS},
    "by": lambda: {code: str(labels.BREAKDOWNS[code]) for code in BREAKDOWNS},
    "within": lambda: {str(seconds): f"{seconds} seconds" for seconds in WITHIN_S},
}
"""Of these parameters every value."""
OPEN_VALUES: Final = ("language", "audience")
"""Of these what the platform has now. Themes, sites, networks and campaigns are coordinators' own, and named to nobody without a token."""
LIMITED: Final = "x-rate-limit"


def described(bare: Mapping[str, Any]) -> Json:
    """Ninja's description, completed."""
    with translation.override("en"):
        found: Json = {**bare, "info": {**bare["info"], "description": _introduction()}}
        for path, operations in found["paths"].items():
            for operation in operations.values():
                _complete(path.rpartition("/")[2], operation)
        schemas = found["components"]["schemas"]
        schemas |= {"FigureRecord": _figure_record(), "ProfileRecord": _profile_record()}
        for answer, record in (("FiguresOut", "FigureRecord"), ("ProfilesOut", "ProfileRecord")):
            _complete_answer(schemas[answer], record)
        schemas["DefinitionOut"]["properties"]["code"]["enum"] = list(DEFINITIONS)
        codes = schemas["TroubleOut"]["properties"]["codes"]
        codes["additionalProperties"]["items"] |= _enum(
            {code.value: words for code, words in MEANINGS.items()}
        )
        # No address of this document is missing.
        schemas["NoSuchAddressOut"] = NoSuchAddressOut.json_schema()
        for refusal in ("NoTokenOut", "TooManyOut", "OnlyGetOut", "NoSuchAddressOut"):
            code = schemas[refusal]["properties"]["code"]
            code["enum"] = [code["default"]]
    return found


def _introduction() -> str:
    limit = settings.ENV.exports_per_account
    listed = "\n".join(f"- {status}: {words}" for status, words in STATUSES.items())
    faults = "\n".join(f"- `{code}`: {words}" for code, words in MEANINGS.items())
    return (
        "The figures for scripts, with the same choices, reports and rights as the pages. A personal token goes into the header "
        "`Authorization: Bearer miti_…`.\n\n"
        f"**Limit.** {limit} answers a minute for each account, of {', '.join(COUNTED_ADDRESSES)} together; pages' files count, too.\n\n"
        "**Audit.** Each of these answers is in the audit log: who, when, which choice.\n\n"
        "**Parameters** that do not exist, or are there twice, are refused. Values are taken exactly as they are described "
        "here; an empty one counts as none.\n\n"
        f"**Answers**\n\n{listed}\n\nEach refusal is JSON; those of 401, 404, 405 and 429 have a `detail` and a `code` "
        "(`NoTokenOut`, `NoSuchAddressOut`, `OnlyGetOut`, `TooManyOut`).\n\n"
        f"**Codes of a 400**\n\n{faults}\n"
    )


def _complete(address: str, operation: Json) -> None:
    operation["parameters"] = [_parameter(one) for one in operation.get("parameters", [])]
    counted = address in COUNTED_ADDRESSES
    for status in ("400", "401", "405", *(("429",) if counted else ())):
        operation["responses"][int(status)]["description"] = STATUSES[status]
    if counted:
        operation[LIMITED] = {
            "answers": settings.ENV.exports_per_account,
            "seconds": MINUTE_S,
            "per": "account",
        }
        operation["responses"][429]["headers"] = {
            "Retry-After": {"description": "In how many seconds.", "schema": {"type": "integer"}}
        }


def _parameter(bare: Json) -> Json:
    name = bare["name"]
    schema: Json = {"type": "string"}
    if name in VALUES:
        schema |= _enum(VALUES[name]())
    description = f"{PARAMETERS[name]} {schema.pop('description', '')}".strip()
    if name in OPEN_VALUES:
        known = "; ".join(f"`{code}`: {words}" for code, words in labels.known(name).items())
        description += f" Known now: {known}. Past figures may hold others."
    return {**bare, "schema": schema, "description": description}


def _enum(values: Mapping[str, str]) -> Json:
    return {
        "enum": list(values),
        "description": " ".join(f"`{code}`: {words.rstrip('.')}." for code, words in values.items()),
    }


def _complete_answer(schema: Json, record: str) -> None:
    schema["properties"]["records"]["items"] = {"$ref": f"#/components/schemas/{record}"}
    if are_invented():
        schema["properties"]["invented"] |= {
            "enum": [True],
            "description": "This is a demo: its figures of the past are invented.",
        }
    else:
        del schema["properties"]["invented"]


def _record(properties: Json, required: Iterable[str]) -> Json:
    if are_invented():
        words = "Says that this is a demo and its figures are invented."
        properties = {**properties, NOTE: {"type": "string", "description": words}}
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _figure_record() -> Json:
    by = {code: str(labels.BREAKDOWNS[code]) for code in BREAKDOWNS} | {"total": "All lines together"}
    texts: Json = {name: {"type": "string", "description": words} for name, words in COLUMNS.items()}
    for name, values in (("scope", SCOPES), ("by", by)):
        known = _enum(values)
        texts[name] |= known | {"description": f"{COLUMNS[name]} {known['description']}"}
    for name in ("from", "to"):
        texts[name]["format"] = "date"
    numbers = {
        name: {"type": ["number", "null"], "description": _in_words(name)}
        for name in columns()
        if name not in texts
    }
    ordered = {name: texts.get(name) or numbers[name] for name in columns()}
    return _record(ordered, (*CHOSEN, *NAMING))


def _in_words(column: str) -> str:
    if column in {outcome.value for outcome in COUNTED}:
        return f"Requests with this outcome: {heading(column)}."
    code = next(code for code in sorted(DEFINITIONS, key=len, reverse=True) if column.startswith(code))
    aim = f" The aim is {ServiceTarget().share:.0%}." if code == "service_level" else ""
    return f"{heading(column)}. Shares are between 0 and 1, unrounded.{aim}"


def _profile_record() -> Json:
    about = {code: str(labels.DIMENSIONS[code]) for code in PERSONAL}
    by = {"": "No breakdown"} | {code: str(labels.DIMENSIONS[code]) for code in OTHERS}
    answers = {"": "Everybody who answered"} | {
        answer: labels.of(code, answer) for code in PERSONAL for answer in ANSWERS[code]
    }
    properties: Json = {
        "quarter": {"type": "string", "description": "As 2026-Q3."},
        "about": {"type": "string", **_enum(about)},
        "answer": {"type": "string", **_enum(answers)},
        "answer_label": {"type": "string", "description": "The answer in the reader's language."},
        "by": {"type": "string", **_enum(by)},
        "code": {"type": "string", "description": "The code of the theme or language."},
        "label": {"type": "string", "description": "Its present name in the reader's language."},
        "count": {
            "anyOf": [
                {"type": "integer", "minimum": 10, "description": "Rounded to 5."},
                {"type": "string", **_enum(COUNTS)},
            ]
        },
        "version": {"type": "integer", "description": "The version of the definition of these tables."},
    }
    return _record(properties, properties)
