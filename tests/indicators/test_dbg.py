import pytest
from tests.indicators.test_attack_by_join_keys import *
from tests.indicators.test_attack_by_join_keys import _told, _weeks


@pytest.mark.django_db
def test_dbg():
    store("none")
    import tests.indicators.test_attack_by_join_keys as T

    for period, by, only in product(PERIODS, BY, FILTERS):
        given = {"from": period.first.isoformat(), "to": period.last.isoformat(), "by": by, **only}
        form = FiguresForm(given, today=IN_DECEMBER)
        if form.is_valid():
            q = form.query()
            print(
                period.first,
                period.last,
                by,
                only,
                q.finer,
                [(l.key, sum(l.outcomes.values())) for l in report.report(q, form.target).lines][:6],
            )
    assert 0
