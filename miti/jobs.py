"""The periodic jobs: a line each, the work is elsewhere."""

from datetime import UTC, datetime

from chat import publish
from indicators import shuffle
from miti import retention
from routing_rules import publishing


def publish_due_plans() -> None:
    if publishing.publish_due(now=datetime.now(UTC)):
        publish.routing_changed()


def purge() -> None:
    retention.purge(now=datetime.now(UTC))


def shuffle_metric_rows() -> None:
    shuffle.metric_rows()
