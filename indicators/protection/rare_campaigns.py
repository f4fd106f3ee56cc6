"""Campaigns that few came by: in tables they are one line, or told with those who came by none. Pure.

A page could name a campaign for a single visitor, and the figures would show that visitor's outcome. What is rare is decided by the whole
month, whatever is asked of it: by a site or a theme alone each campaign would be rare somewhere, and the difference would tell of one.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from indicators.codes import OTHER_CAMPAIGN
from indicators.protection.combinations import FEWEST_TOGETHER
from indicators.protection.disclosure import THRESHOLD

NO_CAMPAIGN: Final = ""


def told_as(requests: Mapping[str, int], served: Mapping[str, int]) -> dict[str, str]:
    """As what each campaign of a month is told: by its name, as one of the others, or as none.

    The others are two campaigns at least, of ten requests at least: the smallest of those that could be named join them. Where even all
    are fewer, they are told as none.
    """
    found = {code: code for code, n in requests.items() if n and code != NO_CAMPAIGN}
    rare = {code for code in found if served.get(code, 0) < THRESHOLD} | ({OTHER_CAMPAIGN} & found.keys())
    named = sorted(found.keys() - rare, key=lambda code: (served.get(code, 0), code))
    others = sorted(rare)
    while others and named and _is_small([requests[code] for code in others]):
        others.append(named.pop(0))
    together = NO_CAMPAIGN if _is_small([requests[code] for code in others]) else OTHER_CAMPAIGN
    return found | dict.fromkeys(others, together)


def _is_small(requests: Sequence[int]) -> bool:
    return len(requests) < FEWEST_TOGETHER or sum(requests) < THRESHOLD
