"""What docker-migrator's report tells about copying memory while the container runs.

The only place that knows how the report says it.
"""

PHASES = ("pre-copy", "precopy", "memory")


def of(report):
    """{seconds, sent, raw, resent} of the pre-copy in a report, in bytes where not said; None if there was none.

    raw is what was sent as it was before compression, resent that part of it which had been sent before.
    """
    if not report:
        return None
    seconds = sum(phase["ms"] for phase in report.get("phases", []) if phase["name"] in PHASES) / 1000
    rounds = (report.get("pre_copy") or report.get("memory") or {}).get("rounds") or []
    if not seconds or not rounds:
        return None
    return {
        "seconds": seconds,
        "sent": sum(round_["sent_bytes"] for round_ in rounds),
        "raw": sum(round_["dirty_bytes"] for round_ in rounds),
        "resent": sum(round_["dirty_bytes"] for round_ in rounds[1:]),
    }
