"""What exists, for checking plans: codes, pools, the pools that ever open, and the registered counsellors."""

from datetime import datetime

from routing_rules.audiences import AUDIENCES, audiences_on
from routing_rules.languages import known_languages
from routing_rules.loading import first_opening, schedules
from routing_rules.models import Counsellor, Pool, Site, Theme
from routing_rules.plans import CodeList
from routing_rules.sites import themes_offered
from routing_rules.warnings import Facts, Member, SiteOffer


def members() -> tuple[Member, ...]:
    """Every counsellor whose account is in use."""
    people = Counsellor.objects.filter(staff__is_active=True).prefetch_related("pools", "themes")
    return tuple(
        Member(
            pools=frozenset(pool.slug for pool in person.pools.all()),
            themes=frozenset(theme.code for theme in person.themes.all()),
            languages=frozenset(person.languages),
        )
        for person in people
    )


def codes_of(codes: CodeList) -> frozenset[str]:
    """The codes of a list that requests may carry now."""
    match codes:
        case CodeList.THEMES:
            return frozenset(Theme.objects.filter(active=True).values_list("code", flat=True))
        case CodeList.LANGUAGES:
            listed = Site.objects.values_list("languages", flat=True)
            return frozenset(known_languages()).union(*listed)
        case CodeList.SITES:
            return frozenset(Site.objects.values_list("key", flat=True))
        case CodeList.AUDIENCES:
            return frozenset(AUDIENCES)


def load_facts(now: datetime) -> Facts:
    """Load them from the database; a pool counts as having hours if it opens within 400 days."""
    hours = schedules(now)
    return Facts(
        codes={each: codes_of(each) for each in CodeList},
        pools=frozenset(Pool.objects.values_list("slug", flat=True)),
        pools_with_hours=frozenset(slug for slug in hours if first_opening(hours, now, [slug]) is not None),
        people=members(),
        sites=_offers(),
    )


def _offers() -> dict[str, SiteOffer]:
    in_use = list(Theme.objects.filter(active=True))
    return {
        site.key: SiteOffer(
            {
                "theme": frozenset(theme.code for theme in themes_offered(site, in_use=in_use)),
                "language": frozenset(site.languages),
                "audience": audiences_on(site.audience),
            }
        )
        for site in Site.objects.filter(active=True).prefetch_related("themes")
    }
