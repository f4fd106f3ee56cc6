"""The API's own description beside what the API does: every value, column, refusal and limit, each the same on both sides."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from indicators.api import tokens
from indicators.codes import CounterKind, Outcome
from indicators.files.export import WITHIN_S, columns
from indicators.models import ApiToken, MetricRow
from indicators.protection.combinations import QuestionRefusal
from indicators.questions.choice import FiguresForm
from indicators.questions.choice_faults import MEANINGS, ChoiceFault
from indicators.rows import record
from partners.models import AuditEntry, Role, Staff
from routing_rules.models import Site
from tests.indicators.conftest import IN_DECEMBER, NINE_IN_BRUSSELS, Ended

pytestmark = pytest.mark.django_db
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}
API = "/api/v1/indicators/"
ROOT = Path(__file__).parents[2]
Ask = Callable[..., Any]
CODES = {401: "no_token", 404: "no_such_address", 405: "only_get", 429: "too_many"}


@pytest.fixture
def ask(analyst: Staff, client: Client) -> Ask:
    """A question with a token of an analyst, or of somebody else."""

    def answer(path: str, choice: Any = None, who: Staff | None = None) -> Any:
        cache.clear()
        ApiToken.objects.all().delete()
        token = tokens.make(owner=who or analyst, name="x", today=IN_DECEMBER)
        return client.get(f"{API}{path}", choice, headers=headers(token))

    return answer


def headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}


def document(client: Client) -> Any:
    return client.get("/api/v1/openapi.json", headers={"Accept-Language": "fr"}).json()


def operations(client: Client) -> dict[str, Any]:
    return {path.removeprefix(API): found["get"] for path, found in document(client)["paths"].items()}


def parameters(client: Client, address: str) -> dict[str, Any]:
    return {one["name"]: one for one in operations(client)[address]["parameters"]}


@pytest.fixture
def november(ended: Ended, lost: Ended) -> None:
    for number in range(12):
        record.request(ended=ended(campaign="salon" if number < 3 else "", transfers=number % 2))
    record.request(ended=lost(Outcome.ABANDONED, wait_s=200))
    record.request(ended=ended(theme_asked="creation"))
    record.count(kind=CounterKind.OPENED, site="miti", language="fr", now=NINE_IN_BRUSSELS)
    record.capacity(
        at=NINE_IN_BRUSSELS, pool="cdm-namur", minutes_open=30, minutes_unready=3, mean_ready=1, mean_free=1
    )
    Site.objects.update_or_create(key="miti", defaults={"name": "Miti", "campaigns": ["salon"]})


FAULTS: dict[ChoiceFault, tuple[str, str]] = {
    ChoiceFault.UNKNOWN_PARAMETER: ("parameters", "langauge=nl"),
    ChoiceFault.REPEATED_PARAMETER: ("parameters", "language=nl&language=fr"),
    ChoiceFault.TOO_MANY_PARAMETERS: ("parameters", "&" * 1_000),
    ChoiceFault.NO_SUCH_CHOICE: ("by", "by=counsellor"),
    ChoiceFault.NO_DATE: ("from", "from=01/10/2026"),
    ChoiceFault.NOT_OVER_YET: ("to", "from=2027-01-01"),
    ChoiceFault.LAST_BEFORE_FIRST: ("to", "from=2026-11-02&to=2026-11-01"),
    ChoiceFault.TOO_LONG: ("to", "from=2001-01-01&to=2026-01-01"),
    ChoiceFault.ROWS_DELETED: ("from", "by=month&from=2024-10-01&to=2025-01-31"),
    ChoiceFault.TOO_MANY_DAYS: ("by", "by=day&from=2025-01-01&to=2026-11-01"),
    ChoiceFault.TOO_MUCH_TOGETHER: ("by", "by=slot&theme=emploi&language=fr&from=2026-11-01&to=2026-11-30"),
    ChoiceFault.MONTHS_ONLY: ("by", "by=language&from=2026-11-02&to=2026-11-03"),
    ChoiceFault.TEAMS_BY_MONTHS: ("by", "by=theme&from=2026-11-02&to=2026-11-03"),
    ChoiceFault.TEAMS_BY_ONE_SKILL: ("by", "by=theme&language=fr&from=2026-11-01&to=2026-11-30"),
    ChoiceFault.TIMES_BY_MONTHS: ("by", "by=slot&from=2026-11-02&to=2026-11-30"),
    ChoiceFault.TOO_FEW_PEOPLE: ("theme", "by=month&theme=creation&from=2026-11-01&to=2026-11-30"),
    ChoiceFault.ONE_SERVICE_LEVEL: ("within", "within=120&from=2026-11-01&to=2026-11-30"),
    ChoiceFault.TOO_FEW_REQUESTS: ("parameters", "by=day&theme=creation&from=2026-11-01&to=2026-11-30"),
    ChoiceFault.RARE_CAMPAIGN: ("campaign", "by=theme&campaign=salon&from=2026-11-01&to=2026-11-30"),
}
"""For each reason a question that has it, and the parameter that is blamed."""
OF_OWN_TEAMS = {
    ChoiceFault.TEAMS_BY_MONTHS,
    ChoiceFault.TEAMS_BY_ONE_SKILL,
    ChoiceFault.TOO_FEW_PEOPLE,
    ChoiceFault.ONE_SERVICE_LEVEL,
}


@pytest.mark.usefixtures("november")
@pytest.mark.parametrize("fault", ChoiceFault)
def test_each_reason_is_described_and_really_given(
    fault: ChoiceFault, ask: Ask, coordinator: Staff, client: Client
) -> None:
    blamed, question = FAULTS[fault]
    who = coordinator if fault in OF_OWN_TEAMS else None
    answer = ask(f"figures?{question}", who=who)
    assert answer.status_code == 400
    told = answer.json()
    assert told["codes"] == {blamed: [fault.value]}
    (sentence,) = told["errors"][blamed]
    assert len(sentence) > 15
    described = document(client)["components"]["schemas"]["TroubleOut"]["properties"]["codes"]
    assert fault.value in described["additionalProperties"]["items"]["enum"]
    assert MEANINGS[fault].rstrip(".") in described["additionalProperties"]["items"]["description"]
    assert f"- `{fault}`: {MEANINGS[fault]}" in document(client)["info"]["description"]


def test_no_reason_is_described_that_does_not_exist(client: Client) -> None:
    items = document(client)["components"]["schemas"]["TroubleOut"]["properties"]["codes"]
    assert items["additionalProperties"]["items"]["enum"] == [fault.value for fault in ChoiceFault]
    assert set(MEANINGS) == set(FAULTS) == set(ChoiceFault)
    assert {refusal.value for refusal in QuestionRefusal} <= {fault.value for fault in ChoiceFault}


def test_every_status_of_every_address_is_described_and_really_given(
    ask: Ask, analyst: Staff, client: Client, settings: Any
) -> None:
    given: dict[str, set[str]] = {}
    for address in operations(client):
        answers = [
            ask(address),
            ask(address, {"langauge": "nl"}),
            client.get(f"{API}{address}"),
            client.post(f"{API}{address}"),
        ]
        settings.ENV = settings.ENV.model_copy(update={"exports_per_account": 0})
        answers.append(ask(address))
        settings.ENV = settings.ENV.model_copy(update={"exports_per_account": 30})
        given[address] = {str(answer.status_code) for answer in answers}
        for answer in answers:
            if answer.status_code in CODES:
                assert answer.json()["code"] == CODES[answer.status_code]
    described = {address: set(found["responses"]) for address, found in operations(client).items()}
    assert given == described
    for status in {"404"}.union(*given.values()):
        assert f"- {status}: " in document(client)["info"]["description"]
    whole = document(client)
    for number, name in (
        (401, "NoTokenOut"),
        (404, "NoSuchAddressOut"),
        (405, "OnlyGetOut"),
        (429, "TooManyOut"),
    ):
        code = whole["components"]["schemas"][name]["properties"]["code"]
        assert code["enum"] == [CODES[number]]
        assert f"`{name}`" in whole["info"]["description"]


def test_every_value_is_accepted_and_no_other(ask: Ask, client: Client) -> None:
    enumerated = {
        name: one["schema"]["enum"]
        for name, one in parameters(client, "figures").items()
        if "enum" in one["schema"]
    }
    assert set(enumerated) == {"period", "by", "within"}
    form = FiguresForm({}, today=IN_DECEMBER)
    for name, values in enumerated.items():
        assert values == [code for code, _words in form.fields[name].choices]  # type: ignore[attr-defined]
        for value in values:
            whole = {"from": "2026-11-01", "to": "2026-11-30"} if name != "period" else {"by": "month"}
            assert ask("figures", {**whole, name: value}).status_code == 200, (name, value)
            assert f"`{value}`" in parameters(client, "figures")[name]["description"]
        refused = ask("figures", {name: f"{values[0]}x"}).json()
        assert refused["codes"] == {name: ["no_such_choice"]}


def test_languages_and_audiences_are_named_and_accepted(ask: Ask, client: Client) -> None:
    for name, some in (("language", {"fr", "nl", "uk"}), ("audience", {"public", "school"})):
        words = parameters(client, "figures")[name]["description"]
        named = {code for code, _words in FiguresForm({}, today=IN_DECEMBER).fields[name].choices if code}  # type: ignore[attr-defined]
        assert some <= named
        for code in named:
            assert f"`{code}`" in words
            assert ask("figures", {**NOVEMBER, name: code}).status_code == 200


def test_every_parameter_of_the_form_is_described_and_no_other_is_taken(ask: Ask, client: Client) -> None:
    known = {*FiguresForm.PARAMETERS, *FiguresForm.BY_CODE}
    for address, names in (
        ("figures", known),
        ("figures.csv", known),
        ("figures.xlsx", known),
        ("profiles", {"quarter"}),
        ("definitions", set[str]()),
    ):
        assert set(parameters(client, address)) == names
        for other in {"langauge", "about", "Theme", *known} - names:
            answer = ask(address, {other: "x"})
            assert answer.json() == {
                "errors": {"parameters": [f"There is no parameter “{other}”."]},
                "codes": {"parameters": ["unknown_parameter"]},
            }, address
    for name in known:
        twice = ask(f"figures.csv?{name}=&{name}=")
        assert twice.json()["codes"] == {"parameters": ["repeated_parameter"]}
    assert not AuditEntry.objects.filter(action="figures.exported").exists()


@pytest.mark.usefixtures("november")
def test_every_column_is_described_and_really_given(ask: Ask, coordinator: Staff, client: Client) -> None:
    schema = document(client)["components"]["schemas"]["FigureRecord"]
    given: set[str] = set()
    for who, by in (
        *((None, by) for by in parameters(client, "figures")["by"]["schema"]["enum"]),
        (coordinator, "theme"),
    ):
        for within in WITHIN_S if by == "theme" and who is None else (60,):
            found = ask("figures", {**NOVEMBER, "by": by, "within": within}, who=who).json()
            assert set(found) == {"records"}
            for line in found["records"]:
                assert set(schema["required"]) <= set(line)
                assert line["scope"] in schema["properties"]["scope"]["enum"]
                assert line["by"] in schema["properties"]["by"]["enum"]
                given |= set(line)
    assert given == set(schema["properties"]) == set(columns())
    assert not schema["additionalProperties"]
    for name, told in schema["properties"].items():
        assert len(told["description"]) > 10, name


def test_every_column_of_the_protected_tables_is_described(ask: Ask, ended: Ended, client: Client) -> None:
    for _ in range(40):
        record.request(ended=ended(asked_at=NINE_IN_BRUSSELS.replace(month=7)))
    MetricRow.objects.update(helped="yes", rating=5)
    schema = document(client)["components"]["schemas"]["ProfileRecord"]
    found = ask("profiles").json()["records"]
    assert {name for line in found for name in line} == set(schema["properties"])
    for name in ("about", "answer", "by"):
        told = {line[name] for line in found}
        assert told <= set(schema["properties"][name]["enum"])
        if name != "answer":
            assert told == set(schema["properties"][name]["enum"])
    number, words = schema["properties"]["count"]["anyOf"]
    for line in found:
        if isinstance(line["count"], int):
            assert line["count"] >= number["minimum"]
            assert line["count"] % 5 == 0
        else:
            assert line["count"] in words["enum"]


def test_every_indicator_is_described(ask: Ask, client: Client) -> None:
    described = document(client)["components"]["schemas"]["DefinitionOut"]["properties"]["code"]["enum"]
    assert [line["code"] for line in ask("definitions").json()] == described


@pytest.mark.parametrize("limit", [1, 3])
def test_the_limit_is_the_one_that_is_described(
    limit: int, analyst: Staff, person: Callable[..., Staff], client: Client, settings: Any
) -> None:
    settings.ENV = settings.ENV.model_copy(update={"exports_per_account": limit})
    cache.clear()
    mine = headers(tokens.make(owner=analyst, name="x", today=IN_DECEMBER))
    told = operations(client)
    assert f"{limit} answers a minute" in document(client)["info"]["description"]
    for address, operation in told.items():
        assert operation.get("x-rate-limit") == (
            None if address == "definitions" else {"answers": limit, "seconds": 60, "per": "account"}
        )
    limited = [address for address, operation in told.items() if "x-rate-limit" in operation]
    answers = [client.get(f"{API}{limited[n % len(limited)]}", headers=mine) for n in range(limit + 1)]
    assert [answer.status_code for answer in answers] == [200] * limit + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert told[limited[0]]["responses"]["429"]["headers"].keys() == {"Retry-After"}
    assert client.get(f"{API}definitions", headers=mine).status_code == 200
    colleague = headers(tokens.make(owner=person(Role.PLATFORM), name="x", today=IN_DECEMBER))
    assert client.get(f"{API}figures", headers=colleague).status_code == 200


def test_the_guide_for_scripts_names_every_code_and_status() -> None:
    guide = (ROOT / "docs" / "figures-by-script.md").read_text(encoding="utf-8")
    for fault in ChoiceFault:
        assert f"| `{fault}` | {MEANINGS[fault]} |" in guide
    for number, code in CODES.items():
        assert f"- **{number}** (`{code}`)" in guide
