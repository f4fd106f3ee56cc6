"""The page on which somebody asks for the figures of each month or quarter by e-mail, and stops them by one press."""

from collections.abc import Collection
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from indicators.letters import sending
from indicators.models import FiguresLetter
from indicators.questions.takes import takes
from indicators.releases.freezing import name_of
from partners import letter_choices
from partners.letter_kinds import LetterKind
from partners.models import LetterChoices, Staff
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts

KINDS: Final = tuple(sending.KINDS)
EACH: Final = {
    LetterKind.FIGURES_MONTH: gettext_lazy("Each month"),
    LetterKind.FIGURES_QUARTER: gettext_lazy("Each quarter"),
}


class SubscriptionForm(forms.Form):
    """Which reports, and the language of all of somebody's letters."""

    wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Reports that I get"),
        required=False,
        choices=[(kind.value, words) for kind, words in EACH.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of my letters"), choices=settings.LANGUAGES)

    def __init__(self, data: Any, *, language: str, wanted: Collection[LetterKind]) -> None:
        """With what they chose before."""
        now = {"language": language, "wanted": [kind.value for kind in wanted]}
        super().__init__(data, initial=now, label_suffix="")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.READ_FIGURES)
@takes()
def page(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    wanted = [kind for kind in letter_choices.wanted_by(person) if kind in KINDS]
    form = SubscriptionForm(request.POST or None, language=_language(person), wanted=wanted)
    if request.method == "POST" and form.is_valid():
        letter_choices.choose(
            person=person,
            language=form.cleaned_data["language"],
            wanted=[LetterKind(one) for one in form.cleaned_data["wanted"]],
            among=KINDS,
        )
        messages.success(request, _("Your choice is saved. It holds from the next report on."))
        return redirect("indicators:reports")
    context = {"form": form, "wanted": wanted, "address": person.email, "letters": _letters_to(person)}
    return render(request, "indicators/reports.html", context, status=422 if form.errors else 200)


@only_posts
@requires(Action.READ_FIGURES)
@takes()
def stop(request: HttpRequest) -> HttpResponse:
    """One press, from the letter's link to the page."""
    letter_choices.stop(person=signed_in(request), kinds=KINDS)
    messages.success(request, _("You get no more reports."))
    return redirect("indicators:reports")


def _language(person: Staff) -> str:
    """Of their letters; at first the one in which they read this page."""
    chosen = LetterChoices.objects.filter(person=person).values_list("language", flat=True).first()
    return chosen or get_language() or settings.LANGUAGE_CODE


def _letters_to(person: Staff) -> list[tuple[str, FiguresLetter]]:
    """The last ones, with the names of their periods."""
    letters = FiguresLetter.objects.filter(person=person).order_by("-first", "kind")
    return [(name_of(sending.period_of(one)), one) for one in letters]
