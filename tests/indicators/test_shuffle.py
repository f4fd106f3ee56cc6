"""Nothing in a database's files tells when a metric row was written, from the night after.

On PostgreSQL every row carries the number of the transaction that wrote it: beside the audit log's moments it would be a clock. SQLite's
write-ahead log has the pages as they were.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.postgres import Postgres
from tests.server import ROOT

A_DAY = """
import django
django.setup()
from datetime import date
from django.core.management import call_command
from django.db import connection
from indicators.rows import shuffle
from indicators.models import MetricRow
from partners import audit
call_command("migrate", verbosity=0)

def told(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()

for number in range(200):
    row = MetricRow.objects.create(day=date(2026, 11, 17), slot=number % 48, plan_number=1, outcome="served")
    if number % 3 == 0:
        audit.record(actor=None, action="signed_in")
    if number % 5 == 0:
        MetricRow.objects.filter(pk=row.pk).update(rating=5)
before = sorted(MetricRow.objects.values_list("pk", "slot", "rating"))
written = told("SELECT count(DISTINCT xmin::text) FROM indicators_metricrow")[0][0]
size = told("SELECT pg_relation_size('indicators_metricrow')")[0][0]
shuffle.metric_rows()
assert sorted(MetricRow.objects.values_list("pk", "slot", "rating")) == before
stored = [key for (key,) in told("SELECT id FROM indicators_metricrow ORDER BY ctid")]
print(written, told("SELECT count(DISTINCT (xmin::text, cmin::text)) FROM indicators_metricrow")[0][0])
print(stored == sorted(stored), told("SELECT pg_relation_size('indicators_metricrow')")[0][0] <= size)
"""


A_MORNING = """
import django
django.setup()
from datetime import date
from pathlib import Path
from django.conf import settings
from django.core.management import call_command
from indicators.rows import shuffle
from indicators.models import MetricRow
call_command("migrate", verbosity=0)
keys = [
    MetricRow.objects.create(day=date(2026, 11, 17), slot=number, plan_number=1, outcome="served").pk
    for number in range(40)
]

def log():
    return Path(f"{settings.DATABASES['default']['NAME']}-wal").read_bytes()

def there():
    return sum(key.hex.encode() in log() for key in keys)

before = there()
shuffle.metric_rows()
print(before, there())
"""


def test_no_number_of_a_transaction_tells_when_a_row_was_written(postgres: Postgres, tmp_path: Path) -> None:
    settings = {
        "DJANGO_SETTINGS_MODULE": "miti.settings",
        "DATABASE_URL": postgres.database("order"),
        "MITI_DATA_DIR": str(tmp_path / "data"),
    }
    done = subprocess.run(
        [sys.executable, "-c", A_DAY], cwd=ROOT, env=os.environ | settings, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    # 200 transactions before, one afterwards; in the order of the random keys, and nothing of before is left in the file.
    assert done.stdout.split() == ["200", "1", "True", "True"]


def test_the_write_ahead_log_is_emptied_of_their_order(tmp_path: Path) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "miti.settings", "DATABASE_URL": "", "MITI_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", A_MORNING], cwd=ROOT, env=os.environ | settings, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["40", "0"]
