"""The name and the meaning of each indicator, in the reader's language."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class GlossaryEntry:
    name: str | Promise
    meaning: str | Promise


GLOSSARY: Final[dict[str, GlossaryEntry]] = {
    "requests": GlossaryEntry(
        _("Requests"),
        _("Every request made in open hours, however it ended. Tests are not requests."),
    ),
    "take_up": GlossaryEntry(
        _("Take-up rate (T)"),
        _(
            "Taken up, divided by all requests made in open hours. Nothing is left out: a slot on the"
            " timetable where nobody signed in stays in, and so do visitors who left at once. Taken "
            "up means that a counsellor accepted and wrote at least once, and that it reached the visitor."
        ),
    ),
    "take_up_star": GlossaryEntry(
        _("Take-up rate without short abandons (T*)"),
        _("As T, without the visitors who left within 10 seconds of asking. Always shown beside T."),
    ),
    "take_up_all_demand": GlossaryEntry(
        _("Take-up of all demand"),
        _("Taken up, divided by the requests and the questions that were asked while closed."),
    ),
    "answer_rate": GlossaryEntry(
        _("Answer rate over attempts"),
        _(
            "Taken up, divided by all attempts: the requests, and the visits to a full or closed door that made none. "
            "Each visit counts once. It is what helplines publish; never shown in place of T."
        ),
    ),
    "two_way": GlossaryEntry(
        _("Two-way"),
        _(
            "Taken up in which the visitor wrote after the first answer, divided by all taken up since it is known."
        ),
    ),
    "service_level": GlossaryEntry(
        _("Service level"),
        _(
            "Taken up within the chosen number of seconds, divided by all requests, never by the "
            "answered ones only. The aim is 80 percent within 60 seconds."
        ),
    ),
    "wait_served": GlossaryEntry(
        _("Wait of those taken up"),
        _(
            "From asking until the counsellor who first wrote accepted. Kept in steps of 5 seconds, rounded up. The "
            "90th percentile is the wait that 9 in 10 did not exceed."
        ),
    ),
    "wait_abandoned": GlossaryEntry(
        _("Wait of those who left"),
        _("From asking until the visitor’s last sign, for those who left after more than 10 seconds."),
    ),
    "first_answer": GlossaryEntry(
        _("First answer"),
        _("From accepting to the counsellor’s first message. Kept in steps of 5 seconds, rounded up."),
    ),
    "duration": GlossaryEntry(
        _("Duration"),
        _(
            "From accepting to the end, or to the visitor’s last sign, of those taken up. Kept in whole minutes."
        ),
    ),
    "quiet": GlossaryEntry(
        _("Silences"),
        _("The share of the duration that lies in stretches of more than 5 minutes without a message."),
    ),
    "abandonment": GlossaryEntry(
        _("Abandonment"),
        _("Left while waiting, divided by the requests without those who left within 10 seconds."),
    ),
    "out_of_network": GlossaryEntry(
        _("Out of network"),
        _(
            "Taken up by a network other than the one of the site asked from, divided by all that "
            "were taken up from sites that belong to a network."
        ),
    ),
    "transfers": GlossaryEntry(
        _("Transfers per conversation"),
        _("Transfers, divided by the requests taken up."),
    ),
    "transferred": GlossaryEntry(
        _("Transferred at least once"),
        _("Taken up with at least one transfer, divided by all taken up."),
    ),
    "requeues": GlossaryEntry(
        _("Returns to the queue per conversation"),
        _("Returns to the queue after a counsellor was lost, divided by the requests taken up."),
    ),
    "requeued": GlossaryEntry(
        _("Returned to the queue at least once"),
        _("Taken up with at least one return to the queue, divided by all taken up."),
    ),
    "legs_lost": GlossaryEntry(
        _("Lost after an answer"),
        _(
            "Taken up, but then transferred or returned to the queue, where nobody took it up again, divided by all "
            "taken up since it is known."
        ),
    ),
    "reach": GlossaryEntry(
        _("Reach"),
        _("Requests, divided by how often the widget was opened in open hours, full or not."),
    ),
    "unmet_open_time": GlossaryEntry(
        _("Unmet open time"),
        _("Minutes open with nobody ready, divided by the minutes open, summed over the pools."),
    ),
}
