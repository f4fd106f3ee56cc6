"""Who can serve which request: the one predicate that dispatch, the door, the estimate, the counsellors' queue, the
warnings and the coverage share. Pure.

It checks skills and reach. Whether somebody is present and has a free slot is decided elsewhere (`presence.py`,
`capacity.py`).
"""

from collections.abc import Collection
from typing import Protocol

from routing_rules.plans import Plan
from routing_rules.queue import rule_index
from routing_rules.snapshot import CounsellorId, WaitingRequest


class Skilled(Protocol):
    """Anybody who has skills, on duty or not."""

    @property
    def pools(self) -> frozenset[str]: ...

    @property
    def themes(self) -> frozenset[str]: ...

    @property
    def languages(self) -> frozenset[str]: ...


def covers(person: Skilled, *, theme: str, language: str) -> bool:
    """Has this person both the theme and the language?"""
    return theme in person.themes and language in person.languages


def has_skills(
    person: Skilled, request: WaitingRequest, *, pools: Collection[str], named: bool = False
) -> bool:
    """Has this person the language and the theme?

    `named`: a colleague's transfer names this person, which outweighs the theme. A transfer to one of `pools` outweighs
    it for the reception's theme: "I don't know" is no theme that this pool's people would need to handle.
    """
    if request.language not in person.languages:
        return False
    return (
        named
        or covers(person, theme=request.theme, language=request.language)
        or (request.reception and request.to_pool in pools and request.to_pool in person.pools)
    )


def reachable_pools(plan: Plan, request: WaitingRequest, open_pools: Collection[str]) -> frozenset[str]:
    """The open pools to which this request is sent, sooner or later: by its rule's steps, or by a transfer."""
    index = rule_index(plan, request)
    if index is None:
        return frozenset()
    pools, named = frozenset(open_pools), plan.rules[index].pools()
    if named is None or request.to_pool is None:
        return pools if named is None else pools & named
    return pools & (named | {request.to_pool})


def can_serve(
    person: Skilled, request: WaitingRequest, *, pools: frozenset[str], identity: CounsellorId | None = None
) -> bool:
    """Could this person serve it if they were present and had a free slot?

    `pools` are those to which the request is sent now (`reachable_pools`, or fewer). `identity` is this person's id:
    a transfer that names them outweighs theme and hours, but not the language.
    """
    named = identity is not None and request.to_counsellor == identity
    return has_skills(person, request, pools=pools, named=named) and (
        named or not pools.isdisjoint(person.pools)
    )
