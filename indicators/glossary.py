"""The name, the meaning and the formula of each indicator, in the reader's language."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class GlossaryEntry:
    name: str | Promise
    meaning: str | Promise
    formula: str | Promise


HELPED_OF_SERVED: Final = GlossaryEntry(
    _("Helped, of all taken up"),
    _(
        "Visitors who said afterwards that they were helped, divided by all taken up in a whole quarter that is over, whether they "
        "answered or not; beside it, how many answered. From protected counts: rounded to 5, and none where few answered."
    ),
    _("helped = yes / taken up"),
)
"""Protected: computed by `indicators.tables.protected`, for closed quarters only."""

GLOSSARY: Final[dict[str, GlossaryEntry]] = {
    "requests": GlossaryEntry(
        _("Requests"),
        _("Every request made in open hours, however it ended. Tests are not requests."),
        _("all requests made in open hours; tests are none"),
    ),
    "take_up": GlossaryEntry(
        _("Take-up rate (T)"),
        _(
            "Taken up, divided by all requests made in open hours. Nothing is left out: a slot on the"
            " timetable where nobody signed in stays in, and so do visitors who left at once. Taken "
            "up means that a counsellor accepted and wrote at least once, and that it reached the visitor."
        ),
        _("taken up / all requests made in open hours"),
    ),
    "take_up_star": GlossaryEntry(
        _("Take-up rate without short abandons (T*)"),
        _("As T, without the visitors who left within 10 seconds of asking. Always shown beside T."),
        _("taken up / requests without those left within 10 seconds"),
    ),
    "take_up_all_demand": GlossaryEntry(
        _("Take-up of all demand"),
        _("Taken up, divided by the requests and the questions that were asked while closed."),
        _("taken up / (requests + asked while closed)"),
    ),
    "answer_rate": GlossaryEntry(
        _("Answer rate over attempts"),
        _(
            "Taken up, divided by all attempts: the requests, and the visits to a full or closed door that made none. "
            "Each visit counts once. It is what helplines publish; never shown in place of T."
        ),
        _("taken up / (requests + opened while full without asking + opened or asked while closed)"),
    ),
    "two_way": GlossaryEntry(
        _("Two-way"),
        _(
            "Taken up in which the visitor wrote after the first answer, divided by all taken up since it is known."
        ),
        _("taken up in which the visitor wrote after the first answer / taken up"),
    ),
    "service_level": GlossaryEntry(
        _("Service level"),
        _(
            "Taken up within the chosen number of seconds, divided by all requests, never by the "
            "answered ones only. The aim is 80 percent within 60 seconds."
        ),
        _("taken up within Y s / all requests"),
    ),
    "wait_served": GlossaryEntry(
        _("Wait of those taken up"),
        _(
            "From asking until the counsellor who first wrote accepted. Kept in steps of 5 seconds, rounded up. The "
            "90th percentile is the wait that 9 in 10 did not exceed."
        ),
        _("asked → accepted, of those taken up"),
    ),
    "wait_abandoned": GlossaryEntry(
        _("Wait of those who left"),
        _("From asking until the visitor’s last sign, for those who left after more than 10 seconds."),
        _("asked → left, of those who left while waiting"),
    ),
    "first_answer": GlossaryEntry(
        _("First answer"),
        _("From accepting to the counsellor’s first message. Kept in steps of 5 seconds, rounded up."),
        _("accepted → the counsellor’s first message, of those taken up"),
    ),
    "duration": GlossaryEntry(
        _("Duration"),
        _(
            "From accepting to the end, or to the visitor’s last sign, of those taken up. Kept in whole minutes."
        ),
        _("accepted → closed, of those taken up"),
    ),
    "quiet": GlossaryEntry(
        _("Silences"),
        _("The share of the duration that lies in stretches of more than 5 minutes without a message."),
        _("minutes in silences of over 5 min / minutes of duration, of those taken up"),
    ),
    "abandonment": GlossaryEntry(
        _("Abandonment"),
        _("Left while waiting, divided by the requests without those who left within 10 seconds."),
        _("left while waiting / requests without those left within 10 seconds"),
    ),
    "out_of_network": GlossaryEntry(
        _("Out of network"),
        _(
            "Taken up by a network other than the one of the site asked from, divided by all that "
            "were taken up from sites that belong to a network."
        ),
        _("taken up by another network than the site’s / taken up from sites of a network"),
    ),
    "transfers": GlossaryEntry(
        _("Transfers per conversation"),
        _("Transfers, divided by the requests taken up."),
        _("transfers / taken up"),
    ),
    "transferred": GlossaryEntry(
        _("Transferred at least once"),
        _("Taken up with at least one transfer, divided by all taken up."),
        _("taken up with at least one transfer / taken up"),
    ),
    "requeues": GlossaryEntry(
        _("Returns to the queue per conversation"),
        _("Returns to the queue after a counsellor was lost, divided by the requests taken up."),
        _("returns to the queue / taken up"),
    ),
    "requeued": GlossaryEntry(
        _("Returned to the queue at least once"),
        _("Taken up with at least one return to the queue, divided by all taken up."),
        _("taken up with at least one return to the queue / taken up"),
    ),
    "legs_lost": GlossaryEntry(
        _("Lost after an answer"),
        _(
            "Taken up, but then transferred or returned to the queue, where nobody took it up again, divided by all "
            "taken up since it is known."
        ),
        _("taken up that ended in the queue after an answer / taken up"),
    ),
    "reach": GlossaryEntry(
        _("Reach"),
        _("Requests, divided by how often the widget was opened in open hours, full or not."),
        _("requests / widget opened in open hours, full or not"),
    ),
    "unmet_open_time": GlossaryEntry(
        _("Unmet open time"),
        _("Minutes open with nobody ready, divided by the minutes open, summed over the pools."),
        _("minutes open with nobody ready / minutes open"),
    ),
}
