"""Who plans which teams."""

from collections import defaultdict
from collections.abc import Iterable

from partners.models import Role, Staff
from routing_rules.models import Pool


def planners_of(pools: Iterable[Pool]) -> dict[int, set[int]]:
    """By the key of their account, those who plan these teams, each with the keys of their teams: the coordinators of the team's
    partner; where it has none, the platform's.
    """
    staff = Staff.objects.filter(is_active=True)
    of_partner: dict[int | None, list[int]] = defaultdict(list)
    for key, partner in staff.filter(role=Role.COORDINATOR).values_list("pk", "partner"):
        of_partner[partner].append(key)
    platform = list(staff.filter(role=Role.PLATFORM).values_list("pk", flat=True))
    found: dict[int, set[int]] = defaultdict(set)
    for pool in pools:
        own = of_partner.get(pool.partner_id, []) if pool.partner_id is not None else []
        for key in own or platform:
            found[key].add(pool.pk)
    return dict(found)
