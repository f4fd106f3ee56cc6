"""The second writer is told of whoever changed what the form shows since it was made, and of nobody else."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from chat.models import Notice
from partners import audit
from partners.models import AuditEntry, Role
from routing_rules.models import PlanState, Pool, Theme
from tests.access.html_forms import Form
from tests.coordination.conftest import World, make_person, make_plan, make_timetable, words_of
from tests.coordination.test_second_writer import filled, form_with

SignedIn = Callable[[str], Client]
TEAM = "/coordination/teams/cdm-namur/"
WEEK = "/coordination/week/cdm-namur/"
NAMELESS = "Quelqu’un d’autre a enregistré ceci"


def test_an_act_of_before_the_form_or_on_something_else_names_nobody(
    world: World, signed_in: SignedIn
) -> None:
    audit.record(actor=world.coordinator, action="pool.changed", subject="pool cdm-namur")
    client = signed_in("platform")
    form = form_with(client, TEAM, "name")
    # The week of the team stands on another form; another team on another one.
    audit.record(actor=world.admin, action="timetable.set", subject="pool cdm-namur")
    audit.record(actor=world.admin, action="pool.changed", subject="pool cdm-bruxelles")
    Pool.objects.filter(slug="cdm-namur").update(name="Autrement")
    answer = client.post(TEAM, filled(form, name="Encore autrement"))
    assert answer.status_code == 409
    page = words_of(answer)
    assert NAMELESS in page
    assert "Nora a enregistré" not in page
    assert "Adam a enregistré" not in page


def test_ones_own_other_window_is_said_to_be_ones_own(world: World, signed_in: SignedIn) -> None:
    one, other = signed_in("platform"), signed_in("platform")
    forms = [form_with(client, TEAM, "name") for client in (one, other)]
    assert one.post(TEAM, filled(forms[0], name="Un")).status_code == 302
    answer = other.post(TEAM, filled(forms[1], name="Deux"))
    assert answer.status_code == 409
    page = words_of(answer)
    assert "Vous avez enregistré ceci vous-même le" in page
    assert NAMELESS not in page


def test_where_oneself_and_somebody_else_wrote_the_other_is_named(world: World, signed_in: SignedIn) -> None:
    platform, nora = signed_in("platform"), signed_in("coordinator")
    old = form_with(platform, TEAM, "name")
    assert nora.post(TEAM, filled(form_with(nora, TEAM, "name"), name="De Nora")).status_code == 302
    assert platform.post(TEAM, filled(form_with(platform, TEAM, "name"), name="De moi")).status_code == 302
    answer = platform.post(TEAM, filled(old, name="Trois"))
    assert "Nora a enregistré ceci le" in words_of(answer)


def test_whoever_undid_an_act_is_named_too(world: World, signed_in: SignedIn) -> None:
    nora, platform = signed_in("coordinator"), signed_in("platform")
    nora.post(TEAM, filled(form_with(nora, TEAM, "name"), name="De Nora"))
    form = form_with(platform, TEAM, "name")
    act = nora.session["undo"][0]["id"]
    assert nora.post("/coordination/undo", {"act": act}).status_code == 302
    answer = platform.post(TEAM, filled(form, name="Trois"))
    assert answer.status_code == 409
    assert "Nora a enregistré ceci le" in words_of(answer)


def test_a_notice_in_another_language_is_another_notice(world: World, signed_in: SignedIn) -> None:
    for language in ("fr", "nl"):
        Notice.objects.create(kind="opening", language=language, html="Avant")
    remi, paule = world.client(make_person("remi", Role.PLATFORM)), signed_in("platform")
    french, dutch = (f"/coordination/notices/opening/{language}/" for language in ("fr", "nl"))
    form = form_with(paule, french, "html")
    remi.post(dutch, filled(form_with(remi, dutch, "html"), html="Na"))
    Notice.objects.filter(language="fr").update(html="Après")
    page = words_of(paule.post(french, filled(form, html="Le mien")))
    assert NAMELESS in page
    assert "Remi a enregistré" not in page


def test_a_coming_week_is_not_todays(world: World, signed_in: SignedIn) -> None:
    coming = timezone.localdate() + timedelta(days=30)
    paule = signed_in("platform")
    form = form_with(paule, WEEK, "day_0")
    detail = {"valid_from": coming.isoformat()}
    audit.record(actor=world.coordinator, action="timetable.set", subject="pool cdm-namur", detail=detail)
    make_timetable(world.pool_namur, timezone.localdate(), [(0, 600, 660)])
    page = words_of(paule.post(WEEK, filled(form, day_0="8:00-9:00")))
    assert NAMELESS in page
    form = form_with(paule, WEEK, "day_0")
    detail = {"valid_from": timezone.localdate().isoformat()}
    audit.record(actor=world.coordinator, action="timetable.set", subject="pool cdm-namur", detail=detail)
    world.pool_namur.timetables.filter(valid_from=timezone.localdate()).delete()
    page = words_of(paule.post(WEEK, filled(form, day_0="8:00-9:00")))
    assert "Nora a enregistré ceci le" in page


def test_taking_the_reception_changes_the_theme_that_had_it(world: World, signed_in: SignedIn) -> None:
    Theme.objects.filter(code="accueil").update(reception=True)
    remi, paule = world.client(make_person("remi", Role.PLATFORM)), signed_in("platform")
    had, takes = "/coordination/themes/accueil/", "/coordination/themes/emploi/"
    form = form_with(paule, had, "label_fr")
    assert remi.post(takes, filled(form_with(remi, takes, "label_fr"), reception="on")).status_code == 302
    answer = paule.post(had, filled(form, label_fr="Accueillir"))
    assert answer.status_code == 409
    assert "Remi a enregistré ceci le" in words_of(answer)


def test_an_act_of_nobody_and_a_bad_revision_name_nobody(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    form = form_with(client, TEAM, "name")
    audit.record(actor=None, action="pool.changed", subject="pool cdm-namur")
    Pool.objects.filter(slug="cdm-namur").update(name="Autrement")
    assert NAMELESS in words_of(client.post(TEAM, filled(form, name="X")))
    audit.record(actor=world.coordinator, action="pool.changed", subject="pool cdm-namur")
    for revision in ("0123456789abcdef", "0123456789abcdef-", "x-x", f"x-{'9' * 17}", f"x-{'9' * 18}"):
        answer = client.post(TEAM, filled(form, name="X", revision=revision))
        assert answer.status_code == 409, revision
        assert NAMELESS in words_of(answer), revision
    assert AuditEntry.objects.filter(action="pool.changed").count() == 2


def test_whoever_changed_the_draft_is_named_on_the_page_of_a_rule(world: World, signed_in: SignedIn) -> None:
    make_plan(1)
    rule = make_plan(2, PlanState.DRAFT).rules.get()
    remi, paule = world.client(make_person("remi", Role.PLATFORM)), signed_in("platform")
    page = f"/coordination/rules/draft/{rule.pk}/"

    def saved(client: Client, form: Form, name: str) -> tuple[int, str]:
        sent = {field: text for field, text in filled(form, name=name).items() if field != "more"}
        answer = client.post(page, sent)
        return answer.status_code, words_of(answer)

    old, older = form_with(paule, page, "name"), form_with(paule, page, "name")
    assert saved(remi, form_with(remi, page, "name"), "De Rémi")[0] == 302
    code, words = saved(paule, old, "De Paule")
    assert (code, "Remi a modifié le brouillon le" in words) == (409, True)
    new = form_with(paule, page, "name")
    assert saved(paule, form_with(paule, page, "name"), "D’ici")[0] == 302
    code, words = saved(paule, new, "De là")
    assert (code, "Vous avez modifié le brouillon vous-même le" in words) == (409, True)
    # Both have written since: the other is named.
    assert "Remi a modifié le brouillon le" in saved(paule, older, "D’avant")[1]
