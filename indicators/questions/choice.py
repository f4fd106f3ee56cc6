"""The choices that somebody may make for the figures, and the sentences that refuse invalid ones."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators import current_day, labels
from indicators.codes import SKILLS
from indicators.definitions import ServiceTarget
from indicators.files.export import WITHIN_S
from indicators.periods import DEFAULT_PRESET, PRESETS, Period, yesterday
from indicators.protection.combinations import (
    CLOCKS,
    OF_OWN_TEAMS,
    QuestionRefusal,
    is_finer_than_months,
    refusal,
)
from indicators.protection.disclosure import PERSONAL
from indicators.questions import address
from indicators.questions.choice_faults import ChoiceFault
from indicators.questions.filter_form import (
    TOO_FEW,
    TOO_MUCH_TOGETHER,
    FilterForm,
    any_told_together,
    campaign_trouble,
    offer,
    texts,
)
from indicators.sums.figures import hidden_in
from indicators.sums.kept import are_whole_months, kept_since
from indicators.sums.query import BREAKDOWNS, Query
from indicators.tables.protected import closed_quarters
from indicators.tables.report import own_pools, sees_everything
from partners.models import Staff

LONGEST_BY_DAY: Final = 400
USUAL_WITHIN: Final = str(ServiceTarget().within_s)
MONTHLY: Final = "last-month"
"""The period that is shown first where only whole months are."""
REFUSALS: Final = {
    QuestionRefusal.TOO_MUCH_TOGETHER: TOO_MUCH_TOGETHER,
    QuestionRefusal.MONTHS_ONLY: _(
        "Languages, sites, networks and campaigns are shown for whole months that are over, not by day, week, plan, weekday or half hour."
    ),
    QuestionRefusal.TEAMS_BY_MONTHS: _(
        "Your teams are shown for whole months that are over: of single days one would see who was there."
    ),
    QuestionRefusal.TIMES_BY_MONTHS: _(
        "Weekdays and half hours are shown for whole months that are over: of single days they would tell when somebody asked."
    ),
    QuestionRefusal.TEAMS_BY_ONE_SKILL: _(
        "Of your teams choose theme or language, not both: what has both can be the work of one person."
    ),
}
TOO_FEW_PEOPLE: Final = _(
    "In one of these months fewer than three people of your teams had this on duty, or the rest would be theirs: leave the filter out."
)
ONE_SERVICE_LEVEL: Final = _(
    "You read the service level of %(seconds)s seconds: several of them would tell how many requests the others took up. Leave it out."
)


PUBLISHED_ONLY: Final = _("Only these choices are published.")


class QuarterForm(address.AddressForm):
    """A closed quarter; at first the latest."""

    quarter = forms.ChoiceField(label=_("Quarter"))

    def __init__(self, given: Mapping[str, Any], *, today: date) -> None:
        quarters = closed_quarters(today)
        usual = {"quarter": next(iter(quarters), ""), "about": PERSONAL[0]}
        super().__init__({name: given.get(name) or usual[name] for name in self.base_fields}, label_suffix="")
        self.faults = address.faults(given, self.base_fields)
        offer(self, "quarter", [(code, labels.of("quarter", code)) for code in quarters], PUBLISHED_ONLY)


class ProfileForm(QuarterForm):
    """With one answer of the survey; at first the situation."""

    about = forms.ChoiceField(label=_("Answer"))

    def __init__(self, given: Mapping[str, Any], *, today: date) -> None:
        super().__init__(given, today=today)
        offer(self, "about", [(code, labels.DIMENSIONS[code]) for code in PERSONAL], PUBLISHED_ONLY)


class FiguresForm(FilterForm):
    """A period, a breakdown and filters. The default is the last thirty days, by theme.

    The dates `from` and `to` override a preset `period`; if only one of them is given, the preset supplies the other, and what would
    end before it begins is refused.
    """

    PARAMETERS = ("period", "from", "to", "by", "within")

    period = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    by = forms.ChoiceField(label=_("Lines of the table"), required=False)
    within = forms.ChoiceField(label=_("Service level within"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        today: date,
        own_teams: bool = False,
        pools_in: Callable[[Period], Collection[str]] = lambda period: (),
        exact: bool = False,
    ) -> None:
        """`own_teams`: whoever asks sees those of their own partner only (`report.sees_everything`); `pools_in` a period."""
        self.own_teams = own_teams
        self.pools_in = pools_in
        given = texts(data, self.PARAMETERS, exact=exact)
        monthly = own_teams or given["by"] in CLOCKS
        values = _with_defaults(given, today, MONTHLY if monthly else DEFAULT_PRESET)
        super().__init__(data, values, exact=exact)
        self.today = today
        self.dated = bool(given["from"] or given["to"])
        self.ask_days()
        self.order_fields(["from", "to", "by"])
        self.offer("period", [(code, labels.PRESETS[code]) for code in PRESETS])
        self.offer("by", [(code, labels.BREAKDOWNS[code]) for code in BREAKDOWNS if self._may_ask_by(code)])
        self.offer("within", [(str(s), _("%(seconds)s seconds") % {"seconds": s}) for s in WITHIN_S])
        if own_teams and self.values["within"] == USUAL_WITHIN:
            self.fields["within"].widget = forms.HiddenInput()

    def clean_within(self) -> str:
        """Of several service levels the numbers of requests could be told, however each is rounded (`values.without_parts`)."""
        within: str = self.cleaned_data["within"]
        if self.own_teams and within != USUAL_WITHIN:
            sentence = ONE_SERVICE_LEVEL % {"seconds": USUAL_WITHIN}
            raise forms.ValidationError(sentence, code=ChoiceFault.ONE_SERVICE_LEVEL)
        return within

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        period = self.days(cleaned, PRESETS[cleaned["period"]](self.today), today=self.today)
        if period is None:
            return cleaned
        cleaned["span"] = period
        by = cleaned["by"]
        if by == "day" and period.days > LONGEST_BY_DAY:
            self.refuse(
                "by",
                _("So long a period has too many days: choose weeks or months."),
                ChoiceFault.TOO_MANY_DAYS,
            )
        if refused := self._refusal(period):
            self.refuse("by", REFUSALS[refused], ChoiceFault(refused.value))
        elif self.finer and any_told_together(period, self.filters):
            self.refuse(None, TOO_FEW, ChoiceFault.TOO_FEW_REQUESTS)
        elif few := self._of_few_people(period):
            self.refuse(few, TOO_FEW_PEOPLE, ChoiceFault.TOO_FEW_PEOPLE)
        elif trouble := campaign_trouble(period, self.filters):
            self.refuse("campaign", trouble, ChoiceFault.RARE_CAMPAIGN)
        return cleaned

    def query(self) -> Query:
        chosen = self.cleaned_data
        return Query(period=chosen["span"], by=chosen["by"], finer=self.finer, **self.filters)

    @property
    def target(self) -> ServiceTarget:
        return ServiceTarget(within_s=int(self.cleaned_data["within"]))

    @property
    def preset(self) -> str:
        """The preset from which the dates were taken; none if dates were given."""
        return "" if self.dated else self.values["period"]

    def _refusal(self, period: Period) -> QuestionRefusal | None:
        settled = are_whole_months(period, today=self.today)
        return refusal(period, self.values["by"], self.filters, settled=settled, own_teams=self.own_teams)

    def _of_few_people(self, period: Period) -> str | None:
        """The filter that would tell what one or two of one's own teams took up."""
        if not self.own_teams:
            return None
        pools = frozenset(self.pools_in(period))
        chosen = ((skill, self.values[skill]) for skill in SKILLS if self.values[skill])
        return next((skill for skill, code in chosen if code in hidden_in(period, skill, pools)), None)

    @property
    def finer(self) -> bool:
        """Whether the answer is of parts of months."""
        settled = are_whole_months(self.cleaned_data["span"], today=self.today)
        return is_finer_than_months(self.values["by"], settled=settled)

    def _may_ask_by(self, by: str) -> bool:
        return not self.own_teams or by in OF_OWN_TEAMS

    def preset_links(self) -> list[tuple[str, Any, bool]]:
        """The same choice with the dates of each preset that it may have: query string, words, and whether it is the present one."""
        rest = self._rest()
        return [
            (urlencode({"period": code, **rest}), labels.PRESETS[code], code == self.preset)
            for code, days_of in PRESETS.items()
            if code == self.preset or self._may_have(days_of(self.today))
        ]

    def _may_have(self, period: Period) -> bool:
        return self._refusal(period) is None and period.first >= kept_since(self.today)

    @property
    def query_string(self) -> str:
        """This choice with its dates written out, for the links to its files."""
        dates = {"from": self.cleaned_data["span"].first, "to": self.cleaned_data["span"].last}
        return urlencode({**dates, **self._rest()})

    def _rest(self) -> dict[str, str]:
        return {"by": self.values["by"], "within": self.values["within"], **self.filters}


def choice_of(person: Staff, given: Mapping[str, Any], *, exact: bool = False) -> FiguresForm:
    """What this person chooses today, of what they may; `exact`: by a program."""
    return FiguresForm(
        given,
        today=current_day.today(),
        own_teams=not sees_everything(person),
        pools_in=partial(own_pools, person),
        exact=exact,
    )


def _with_defaults(given: dict[str, str], today: date, usual: str) -> dict[str, str]:
    values = given | {
        "period": given["period"] or usual,
        "by": given["by"] or "theme",
        "within": given["within"] or USUAL_WITHIN,
    }
    if not given["from"] and not given["to"] and values["period"] in PRESETS:
        # A month counts as over from its second day after: what is shown unasked must not be refused on the first.
        monthly = usual == MONTHLY and not given["period"]
        period = PRESETS[values["period"]](yesterday(today) if monthly else today)
        values |= {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return values
