"""For each alert figures before, during and after its fault, in promtool's notation; a sample each minute, or as `interval` says."""

from dataclasses import dataclass

DAY_S = 86_400
ENDS = 1_300_000
"""Seconds: more than fourteen days at the beginning."""


@dataclass(frozen=True)
class Case:
    alert: str
    series: dict[str, str]
    fires: str
    """When; at the beginning it does not."""
    gone: str
    interval: str = "1m"
    also: tuple[str, ...] = ()
    """Others that fire then."""


def _gauge(name: str, before: float, fault: float) -> dict[str, str]:
    """Ten minutes well, twenty not, then well."""
    return {name: f"{before}x10 {fault}x20 {before}x60"}


def _late(name: str, labels: str = "") -> dict[str, str]:
    """Of ten a minute, none takes longer than the limit before and after, and all do meanwhile."""
    within, all_of_them = "0+10x10 100+0x20 110+10x60", "0+10x100"
    return {f'{name}_bucket{{le="0.2"{labels}}}': within} | {
        f'{name}_bucket{{le="{le}"{labels}}}': all_of_them for le in ("1.0", "+Inf")
    }


def _certificate(life_s: float, ends: float, renewed: str) -> dict[str, str]:
    return {
        "miti_certificate_begins_timestamp_seconds": f"{ends - life_s}x400 {renewed}",
        "miti_certificate_ends_timestamp_seconds": f"{ends}x400 {ENDS + 90 * DAY_S}x40",
    }


CASES = (
    Case("MitiProcessDown", _gauge('up{job="miti", instance="a"}', 1, 0), "15m", "40m"),
    Case("MitiDatabaseDown", _gauge('miti_database_up{instance="a"}', 1, 0), "15m", "40m"),
    Case(
        "MitiRedisErrors", {'miti_redis_errors_total{what="commands"}': "0x10 0+10x20 200x60"}, "20m", "45m"
    ),
    Case("MitiRedisWasEmptied", {"miti_resume_gaps_total": "0x10 3x60"}, "15m", "30m"),
    Case("MitiTextsDoNotOpen", {'miti_unopened_total{kind="counsellor"}': "0x10 0+2x20 40x60"}, "25m", "50m"),
    Case("MitiNobodyLeads", {"miti_tick_led_timestamp_seconds": "0+60x10 600x20 1920+60x60"}, "15m", "40m"),
    Case(
        "MitiJobOverdue",
        {
            'miti_job_done_timestamp_seconds{periodic_job="publish_due_plans"}': "0+60x10 600x40 3060+60x60",
            'miti_job_every_seconds{periodic_job="publish_due_plans"}': "30x120",
        },
        "45m",
        "70m",
    ),
    Case(
        "MitiJobOverdue",
        {
            'miti_job_done_timestamp_seconds{periodic_job="purge"}': "0x28 100800x30",
            'miti_job_every_seconds{periodic_job="purge"}': f"{DAY_S}x60",
        },
        "28h",
        "40h",
        interval="1h",
    ),
    Case("MitiJobFails", _gauge('miti_job_failures{periodic_job="purge"}', 0, 3), "20m", "40m"),
    Case(
        "MitiPagesFail",
        {
            'miti_http_responses_total{status="5xx"}': "0x10 0+5x20 100x60",
            'miti_http_responses_total{status="2xx"}': "0+10x100",
        },
        "20m",
        "45m",
    ),
    Case("MitiRelaySlow", _late("miti_relay_seconds"), "25m", "45m"),
    Case("MitiTickLate", _late("miti_tick_lag_seconds", ', instance="a"'), "25m", "45m"),
    Case("MitiClosingsUnfinished", _gauge('miti_conversations{state="closing"}', 0, 2), "20m", "40m"),
    Case(
        "MitiFilesNearLimit",
        _gauge('process_open_fds{job="miti", instance="a"}', 100, 900)
        | {'process_max_fds{job="miti", instance="a"}': "1000x100"},
        "15m",
        "40m",
    ),
    Case("MitiFiguresDoNotAddUp", {"miti_figures_discrepancies": "0x10 2x120 0x60"}, "100m", "140m"),
    Case("MitiBackupOld", {"miti_backup_timestamp_seconds": "0x28 100800x30"}, "28h", "40h", interval="1h"),
    Case(
        "MitiTwoVersions",
        {'miti_build{version="1"}': "1x60 stale", 'miti_build{version="2"}': "_x10 1x100"},
        "50m",
        "70m",
    ),
    Case("MitiCertificateEndsSoon", _certificate(90 * DAY_S, ENDS, f"{ENDS}x40"), "30h", "410h", "1h"),
    Case(
        "MitiCertificateEndsNow",
        _certificate(90 * DAY_S, ENDS, f"{ENDS}x40"),
        "300h",
        "410h",
        "1h",
        also=("MitiCertificateEndsSoon",),
    ),
    # One that lives for twelve hours has eleven left at the beginning, and that is well.
    Case("MitiCertificateEndsSoon", _certificate(43_200, 40_000, f"{ENDS}x40"), "10h", "410h", "1h"),
)
