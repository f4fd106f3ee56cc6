"""The worked examples of docs/fr/routage-exemples.md, read as a coordinator reads them, against what the
engine does."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from routing_rules.decide import decide
from routing_rules.decision import GiveUpReason, Why
from routing_rules.plans import Plan, Rule, Step, default_plan
from routing_rules.presence import PROBABLY_ABSENT_AFTER_S, LastSigns, PresenceLimits, presence
from routing_rules.snapshot import (
    AvailabilityState,
    Booking,
    CounsellorOnDuty,
    PoolState,
    RoutingSnapshot,
    WaitingRequest,
)

PAGE = Path(__file__).parents[2] / "docs" / "fr" / "routage-exemples.md"
NOW = 100_000.0
POOLS = ("accueil", "cefo", "diores", "isp")

WORDS = {
    "d'autres d'abord": Why.OTHERS_FIRST,
    "langue": Why.NO_LANGUAGE,
    "thème": Why.NO_THEME,
    "complet": Why.NO_SLOT,
    "sonne ailleurs": Why.SLOT_HELD,
    "sonne déjà": Why.RINGING,
    "équipe fermée": Why.POOL_CLOSED,
    "étape suivante": Why.POOL_NOT_YET,
    "absente": Why.AWAY,
    "termine": Why.FINISHING,
    "déconnectée": Why.NOT_PRESENT,
    "n'a pas répondu": Why.MISSED,
    "a refusé": Why.REFUSED,
    "réservée": Why.RESERVED,
}
STATES = {"absente": AvailabilityState.AWAY, "termine": AvailabilityState.FINISHING}
GIVE_UPS = {"tout est fermé": GiveUpReason.ALL_CLOSED, "trop long": GiveUpReason.TOO_LONG}

Row = Mapping[str, str]


@dataclass(slots=True)
class Example:
    title: str
    settings: dict[str, str] = field(default_factory=dict)
    people: list[Row] = field(default_factory=list)
    requests: list[Row] = field(default_factory=list)


def examples() -> Iterator[Example]:
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        example = Example(title)
        for line in body.splitlines():
            if setting := re.fullmatch(r"(Plan|Équipes fermées|Compétences rares|Classe) : (.+)", line):
                example.settings[setting[1]] = setting[2]
        for rows in tables(body):
            (example.people if "Personne" in rows[0] else example.requests).extend(rows)
        yield example


def tables(body: str) -> Iterator[list[Row]]:
    for block in re.findall(r"(?:^\|.*\n?)+", body, re.MULTILINE):
        head, _, *rows = [
            [cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()
        ]
        yield [dict(zip(head, row, strict=True)) for row in rows]


def seconds(text: str) -> float:
    return float(text.removesuffix(" s"))


def listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


class Table:
    """One example as the engine's data."""

    def __init__(self, example: Example) -> None:
        self.example = example
        self.ids = {row["Personne"]: number for number, row in enumerate(example.people)}
        waiting = [self.waiting(row) for row in example.requests]
        self.snapshot = RoutingSnapshot(
            now=NOW,
            plan=plan(example.settings.get("Plan")),
            pools=tuple(
                PoolState(slug, slug not in listed(example.settings.get("Équipes fermées", "")))
                for slug in POOLS
            ),
            counsellors=tuple(self.counsellor(row, waiting) for row in example.people),
            waiting=tuple(waiting),
            bookings=tuple(classes(example.settings.get("Classe"))),
            scarce=frozenset(listed(example.settings.get("Compétences rares", ""))),
        )

    def counsellor(self, row: Row, waiting: list[WaitingRequest]) -> CounsellorOnDuty:
        active, capacity = row["Conversations"].split("/")
        number = self.ids[row["Personne"]]
        return CounsellorOnDuty(
            id=number,
            pools=frozenset(row["Équipe"].split()),
            themes=frozenset(row["Thèmes"].split()),
            languages=frozenset(row["Langues"].split()),
            capacity=int(capacity),
            active=int(active),
            held=sum(number in each.offers for each in waiting),
            state=STATES.get(row["État"], AvailabilityState.AVAILABLE),
            presence=presence(
                LastSigns(0.0 if row["État"] == "déconnectée" else NOW, NOW - seconds(row["Vu"])),
                now=NOW,
                limits=PresenceLimits(silence_s=45, absent_after_s=PROBABLY_ABSENT_AFTER_S),
            ),
            idle_since=NOW - seconds(row["Libre depuis"]),
        )

    def waiting(self, row: Row) -> WaitingRequest:
        before = row["Déjà"]

        def people(pattern: str) -> list[tuple[str, ...]]:
            return [match.groups() for match in re.finditer(pattern, before)]

        to_pool = people(r"transmise à l'équipe (\w+)")
        to_counsellor = people(r"transmise à ([A-Z]\w+)")
        booking = people(r"classe (\w+)")
        return WaitingRequest(
            reception=row["Thème"] == "accueil",
            id=row["Demande"],
            theme=row["Thème"],
            language=row["Langue"],
            site="miti",
            asked_at=NOW - seconds(row["Attend depuis"]),
            booking=booking[0][0] if booking else None,
            to_pool=to_pool[0][0] if to_pool else None,
            to_counsellor=self.ids[to_counsellor[0][0]] if to_counsellor else None,
            offers={self.ids[name]: NOW + 10 for (name,) in people(r"sonne chez (\w+)")},
            missed={self.ids[name]: 1 for (name,) in people(r"manqué par (\w+)")},
            refused={
                self.ids[name]: NOW - float(s) for name, s in people(r"refusé par (\w+) il y a (\d+) s")
            },
        )


def plan(text: str | None) -> Plan:
    if text is None:
        return default_plan()
    steps = []
    for part in text.split(", puis "):
        after = re.match(r"après (\d+) s (.*)", part)
        pools = after[2] if after else part
        named = None if pools == "toutes" else frozenset(pools.split(" et "))
        steps.append(Step(int(after[1]) if after else 0, named))
    return Plan(2, (Rule("exemple", steps=tuple(steps)),))


def classes(text: str | None) -> Iterator[Booking]:
    if text is not None:
        code, places, theme = listed(text)
        yield Booking(code, NOW - 60, NOW + 600, int(places.split()[0]), themes=frozenset({theme}))


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.title)
def test_the_engine_does_what_the_page_tells_coordinators(example: Example) -> None:
    table = Table(example)
    names = {number: name for name, number in table.ids.items()}
    decision = decide(table.snapshot, explain=[row["Demande"] for row in example.requests])
    for row in example.requests:
        rung = [names[ring.counsellor] for ring in decision.rings if ring.conversation == row["Demande"]]
        given_up = [each.reason for each in decision.give_ups if each.conversation == row["Demande"]]
        expected = row["Sonne chez"]
        if expected.startswith("abandon : "):
            assert (rung, given_up) == ([], [GIVE_UPS[expected.removeprefix("abandon : ")]])
        else:
            assert (rung, given_up) == (listed(expected), [])
        explanation = decision.explanations[row["Demande"]]
        told = {
            names[each.counsellor]: each.why for each in explanation.counsellors if each.why is not Why.RUNG
        }
        passed_over = dict(part.strip().split(" : ") for part in row["Pas chez"].split(";") if part.strip())
        assert told == {name: WORDS[why] for name, why in passed_over.items()}


def test_the_page_has_its_examples() -> None:
    found = list(examples())
    assert len(found) >= 14
    assert all(each.people and each.requests for each in found)
