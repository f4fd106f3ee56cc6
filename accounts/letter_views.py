"""The page of the letters that somebody wants, and the address in a letter that ends its kind."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.forms import LettersForm
from partners import letter_choices
from partners.letter_kinds import LABELS, LetterKind
from partners.permissions import requires_staff, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@requires_staff
def letters(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = LettersForm(
        request.POST or None,
        role=person.role,
        language=letter_choices.choices_of(person).language,
        wanted=letter_choices.wanted_by(person),
    )
    if request.method == "POST" and form.is_valid():
        letter_choices.choose(
            person=person,
            language=form.cleaned_data["language"],
            wanted=[LetterKind(one) for one in form.cleaned_data.get("wanted", [])],
        )
        messages.success(request, _("Your choice is saved. It holds from the next letter on."))
        return redirect("accounts:letters")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "accounts/letters.html", {"form": form}, status=status)


# A mail program sends it without a page and without a cookie (RFC 8058). The signed address is all that it needs,
# and all that it can do is end one kind of letters of one person.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def letters_off(request: HttpRequest, signed: str) -> HttpResponse:
    """Asks first when it is opened: programs that check the links in a letter open them, too."""
    try:
        _person, kind = letter_choices.read_signed(signed)
        if request.method == "POST":
            letter_choices.switch_off(signed=signed)
    except letter_choices.NotSignedError:
        return _page(request, None, done=False, status=HTTPStatus.NOT_FOUND)
    return _page(request, kind, done=request.method == "POST")


def _page(
    request: HttpRequest, kind: LetterKind | None, *, done: bool, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    shown = {"kind": LABELS[kind] if kind else None, "done": done}
    answer = render(request, "accounts/letters_off.html", shown, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
