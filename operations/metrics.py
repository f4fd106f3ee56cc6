"""The metrics of this process, for operators: Prometheus's text format, for clients that have the token.

Each process answers for itself. A label holds a kind, a state or a code only: no metric leads to a conversation, a person, an address or
a text.
"""

import asyncio
import hmac
from collections.abc import Iterator, Mapping
from itertools import accumulate
from threading import Lock

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from chat import database, runtime
from chat.frames.base import ErrorCode
from chat.meter import DurationHistogram, meter
from chat.models import Conversation
from chat.socket import (
    OUT_OF_DATE,
    OVERFLOW,
    POLICY,
    REFUSED,
    REPLACED,
    SIGNED_OUT,
    SILENT,
    STOPPING,
    TOO_BIG,
)
from chat.states import State
from counsellor_console.consumer import CounsellorSocket
from indicators.models import Discrepancy
from operations import backup, certificate, jobs
from partners import clock
from wakeups.sender import sender
from widget.consumer import VisitorSocket

PATIENCE_S = 2.0
"""A database that does not answer must not delay the other metrics."""
DAY_S = 86_400.0
CLOSINGS = (POLICY, TOO_BIG, STOPPING, OVERFLOW, SILENT, SIGNED_OUT, REPLACED, REFUSED, OUT_OF_DATE)
SOCKETS = {"visitor": VisitorSocket, "counsellor": CounsellorSocket}

_process = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=_process)
_answers = dict.fromkeys(("1xx", "2xx", "3xx", "4xx", "5xx"), 0)
_one_at_a_time = Lock()


def answered(status: int) -> None:
    """Count an answered page, in whichever thread."""
    with _one_at_a_time:
        _answers[f"{status // 100}xx"] += 1


@never_cache
@require_safe
async def metrics(request: HttpRequest) -> HttpResponse:
    if not settings.METRICS_TOKEN:
        return _refused("There is no metrics token here: set MITI_METRICS_TOKEN or MITI_METRICS_TOKEN_FILE.")
    given = request.headers.get("Authorization", "")
    # Constant-time comparison, of bytes, because the header may hold anything.
    if not hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return _refused("Give the metrics token: Authorization: Bearer TOKEN")
    registry = CollectorRegistry()
    registry.register(Here(await _live()))
    text = generate_latest(registry) + generate_latest(_process)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _refused(why: str) -> HttpResponse:
    return HttpResponseForbidden(f"{why}\n", content_type="text/plain")


class LiveRows:
    """Metrics from the database; they are the same in every process."""

    def __init__(self) -> None:
        self.by_state = dict.fromkeys((one.value for one in State), 0)
        self.waited_s = 0.0
        self.jobs: dict[str, jobs.Record] = {}
        self.discrepancies = 0
        self.backed_up_at = 0.0


async def _live() -> LiveRows | None:
    try:
        return await asyncio.wait_for(database.run(_read_rows), PATIENCE_S)
    except (DatabaseError, TimeoutError):
        return None


def _read_rows() -> LiveRows:
    live = LiveRows()
    for state, n, since in (
        Conversation.objects.order_by().values_list("state").annotate(Count("pk"), Min("queued_at"))
    ):
        live.by_state[state] = n
        if state == State.WAITING:
            live.waited_s = max(0.0, clock.seconds() - since.timestamp())
    live.jobs = jobs.records()
    live.discrepancies = Discrepancy.objects.count()
    if (good := backup.newest().good) is not None:
        live.backed_up_at = good.ended_at.timestamp()
    return live


class Here:
    """All metrics of this process, as they are now."""

    def __init__(self, live: LiveRows | None) -> None:
        self._live = live

    def collect(self) -> Iterator[Metric]:
        yield _gauge("miti_build", "The running version.", {settings.VERSION: 1}, "version")
        yield from self._of_the_platform()
        sockets = list(runtime.hub().sockets)
        yield _gauge(
            "miti_sockets",
            "Open connections of this process.",
            {kind: sum(isinstance(one, of) for one in sockets) for kind, of in SOCKETS.items()},
            "kind",
        )
        yield from _counted()
        yield from _timed()
        yield _gauge(
            "miti_tick_led_timestamp_seconds",
            "When this process last finished a tick that it led; 0: never.",
            meter.tick_led_at,
        )
        yield from _of_the_certificate()

    def _of_the_platform(self) -> Iterator[Metric]:
        yield _gauge(
            "miti_job_every_seconds",
            "How often a periodic job is to be done; once a night is a day.",
            {job.name: job.every_s or DAY_S for job in jobs.JOBS},
            "periodic_job",
        )
        yield _gauge(
            "miti_database_up", "Whether the database answered this scrape.", int(self._live is not None)
        )
        if self._live is None:
            return
        yield _gauge(
            "miti_conversations", "Conversations of the whole platform.", self._live.by_state, "state"
        )
        yield _gauge(
            "miti_longest_wait_seconds",
            "How long the one who waits longest has waited; 0: nobody waits.",
            self._live.waited_s,
        )
        yield _gauge(
            "miti_figures_discrepancies",
            "What did not add up last night in the figures of the last days; the administrators' page says it in words.",
            self._live.discrepancies,
        )
        yield _gauge(
            "miti_backup_timestamp_seconds",
            "When the newest backup that could be opened was made; 0: none is known.",
            self._live.backed_up_at,
        )
        yield _gauge(
            "miti_job_done_timestamp_seconds",
            "When a periodic job was last done, by whichever process; 0: never.",
            {name: one.done_at.timestamp() if one.done_at else 0 for name, one in self._live.jobs.items()},
            "periodic_job",
        )
        yield _gauge(
            "miti_job_failures",
            "How many times in a row a periodic job has failed since.",
            {name: one.failed for name, one in self._live.jobs.items()},
            "periodic_job",
        )


def _of_the_certificate() -> Iterator[Metric]:
    known = certificate.answer.certificate
    yield _gauge(
        "miti_certificate_begins_timestamp_seconds",
        "From when on the certificate of the public address is valid; 0: not known.",
        known.begins_at.timestamp() if known else 0,
    )
    yield _gauge(
        "miti_certificate_ends_timestamp_seconds",
        "Until when it is valid; 0: not known.",
        known.ends_at.timestamp() if known else 0,
    )


def _counted() -> Iterator[Metric]:
    yield _counter(
        "miti_http_responses", "Answers to requests for pages, by class of status.", _answers, "status"
    )
    yield _counter("miti_messages", "Messages and notes taken.", meter.messages, "author")
    yield _counter(
        "miti_messages_repeated", "Messages that were sent again and were there already.", meter.repeated
    )
    yield _counter("miti_resumes", "People who came back to an open conversation.", meter.resumed, "kind")
    yield _counter("miti_resume_gaps", "Of these, how many found that its memory had been lost.", meter.gaps)
    yield _counter("miti_replayed", "Entries given to whoever came back.", meter.replayed)
    yield _counter(
        "miti_holes",
        "Entries that came with a hole before them, which was filled from the list.",
        meter.holes,
    )
    yield _counter(
        "miti_sockets_closed",
        "Connections that the server closed, by code of the protocol.",
        {code: meter.closed[code] for code in CLOSINGS},
        "code",
    )
    yield _counter(
        "miti_refusals",
        "Frames answered with an error, by code of the protocol.",
        {code.value: meter.refused[code.value] for code in ErrorCode},
        "code",
    )
    yield _counter(
        "miti_unopened", "Messages that a browser could not open, by whose browser.", meter.unopened, "kind"
    )
    yield _counter(
        "miti_redis_errors",
        "What Redis did not do: commands, and interruptions of what it brings.",
        meter.redis_errors | {"wake_ups": meter.redis_errors["wake_ups"] + sender.failed},
        "what",
    )
    yield _counter(
        "miti_database_errors",
        "Work of sockets and of the tick that the database failed.",
        meter.database_errors,
    )


def _timed() -> Iterator[Metric]:
    yield _histogram(
        "miti_relay_seconds", "From a message taken to handed to the sockets of this process.", meter.relay
    )
    yield _histogram("miti_ask_to_offer_seconds", "From asking to the first ring.", meter.first_offer)
    yield _histogram(
        "miti_accept_to_joined_seconds", "From a counsellor's yes to the visitor being told.", meter.joined
    )
    yield _histogram("miti_dispatch_seconds", "One round of deciding whom to ring.", meter.dispatch)
    yield _histogram("miti_tick_seconds", "A tick that this process led.", meter.tick)
    yield _histogram("miti_tick_lag_seconds", "How much later than due a tick began.", meter.tick_lag)


Values = Mapping[str, int] | Mapping[str, float] | Mapping[int, int]


def _gauge(name: str, what: str, value: float | Values, label: str = "") -> Metric:
    family = GaugeMetricFamily(name, what, labels=[label] if label else [])
    for labels, n in _samples(value):
        family.add_metric(labels, n)
    return family


def _counter(name: str, what: str, value: float | Values, label: str = "") -> Metric:
    family = CounterMetricFamily(name, what, labels=[label] if label else [])
    for labels, n in _samples(value):
        family.add_metric(labels, n)
    return family


def _samples(value: float | Values) -> list[tuple[list[str], float]]:
    if isinstance(value, int | float):
        return [([], value)]
    return [([str(kind)], n) for kind, n in value.items()]


def _histogram(name: str, what: str, spread: DurationHistogram) -> Metric:
    bounds = [*(str(bound) for bound in spread.bounds), "+Inf"]
    buckets = list(zip(bounds, map(float, accumulate(spread.counts)), strict=True))
    return HistogramMetricFamily(name, what, buckets=buckets, sum_value=spread.sum_s)
