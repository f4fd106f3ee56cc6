"""Campaigns that few came by: in tables they are one line. Pure."""

from collections.abc import Mapping, Sequence

from indicators.codes import OTHER_CAMPAIGN
from indicators.protection.combinations import FEWEST_TOGETHER
from indicators.protection.disclosure import THRESHOLD
from indicators.tally import Tally, total


def rare_together(lines: Mapping[str, Tally]) -> dict[str, Tally]:
    """Merge rare campaigns: a page could name one for a single visitor, and the figures would show that visitor's outcome."""
    rare = {key for key in lines if lines[key].served < THRESHOLD} - {"", OTHER_CAMPAIGN}
    named = sorted(lines.keys() - {"", OTHER_CAMPAIGN}, key=lambda key: lines[key].served)
    others, shown = [key for key in named if key in rare], [key for key in named if key not in rare]
    # The others must not be one campaign, nor a few requests: the smallest of those that could be shown join them.
    while others and shown and _is_small([lines[key] for key in others]):
        others.append(shown.pop(0))
    if OTHER_CAMPAIGN in lines:
        others.append(OTHER_CAMPAIGN)
    kept = {key: tally for key, tally in lines.items() if key not in others}
    return kept | ({OTHER_CAMPAIGN: total(lines[key] for key in others)} if others else {})


def _is_small(others: Sequence[Tally]) -> bool:
    return len(others) < FEWEST_TOGETHER or sum(one.requests for one in others) < THRESHOLD
