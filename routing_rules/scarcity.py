"""Which skills are scarce: computed from all registered counsellors, not from those who are ready now."""

from collections import Counter
from collections.abc import Iterable

SCARCE_SHARE = 0.5


def scarce_skills(people: Iterable[frozenset[str]], *, share: float = SCARCE_SHARE) -> frozenset[str]:
    """The themes and languages that fewer than `share` of these people have; each person is the set of
    their skills."""
    counts: Counter[str] = Counter()
    total = 0
    for skills in people:
        counts.update(skills)
        total += 1
    return frozenset(skill for skill, count in counts.items() if count < share * total)
