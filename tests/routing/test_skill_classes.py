"""Classes of counsellors: as fine as three people each allow, and never finer."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from routing_rules.skill_classes import SkillClass, skill_classes
from routing_rules.snapshot import CounsellorOnDuty

NETWORKS = {"namur": "CDM", "liege": "CDM", "mons": "CEFO"}


def somebody(id: int, pool: str = "namur", languages: str = "fr", themes: str = "emploi") -> CounsellorOnDuty:
    return CounsellorOnDuty(
        id=id,
        pools=frozenset(pool.split()),
        themes=frozenset(themes.split()),
        languages=frozenset(languages.split()),
        capacity=2,
    )


def classes(*people: CounsellorOnDuty) -> dict[int, SkillClass]:
    return skill_classes({one.id: one for one in people}, NETWORKS, smallest=3)


def test_three_with_the_same_skills_are_a_class_of_their_team() -> None:
    found = classes(*(somebody(number) for number in range(3)))
    assert set(found.values()) == {SkillClass("CDM", "namur", "fr emploi")}


def test_those_with_rare_skills_are_a_class_of_the_team_without_saying_which() -> None:
    found = classes(
        *(somebody(number, languages=language) for number, language in enumerate(("fr", "fr nl", "fr en")))
    )
    assert set(found.values()) == {SkillClass("CDM", "namur")}


def test_too_few_of_a_team_are_counted_with_their_network_or_with_everybody() -> None:
    found = classes(somebody(1), somebody(2, "liege"), somebody(3, "liege"))
    assert set(found.values()) == {SkillClass("CDM")}
    found = classes(somebody(1), somebody(2, "liege"), somebody(3, "mons"))
    assert set(found.values()) == {SkillClass()}
    assert classes(somebody(1), somebody(2, "mons")) == {}


def test_somebody_of_two_teams_is_counted_once() -> None:
    found = classes(
        somebody(1, "namur liege"), somebody(2, "liege"), somebody(3, "liege"), somebody(4, "liege")
    )
    assert found == dict.fromkeys((1, 2, 3, 4), SkillClass("CDM", "liege", "fr emploi"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(NETWORKS)),
            st.sampled_from(["fr", "fr nl", "fr en"]),
            st.sampled_from(["emploi", "formation", "emploi formation"]),
        ),
        max_size=15,
    )
)
def test_no_class_is_smaller_than_three(people: list[tuple[str, str, str]]) -> None:
    found = classes(*(somebody(number, *skills) for number, skills in enumerate(people)))
    assert all(size >= 3 for size in Counter(found.values()).values())
