"""What docker-migrator's report tells about copying memory while the container runs.

The only place that knows how the report says it.
"""

PHASES = ("pre-copy", "precopy", "memory")


def of(report):
    """{since, seconds, rate, raw, resent} of the pre-copy in a report; None if there was none.

    since is in seconds from the begin; rate is that of the first round, in which everything is sent, in bytes a second on the wire; raw are bytes of
    all rounds before compression, resent that part of them which had been sent before.
    """
    if not report:
        return None
    since = seconds = 0
    for phase in report.get("phases", []):
        if phase["name"] in PHASES:
            seconds = phase["ms"] / 1000
            break
        since += phase["ms"] / 1000
    rounds = (report.get("pre_copy") or report.get("memory") or {}).get("rounds") or []
    if not seconds or not rounds:
        return None
    return {
        "since": since,
        "seconds": seconds,
        "rate": rounds[0]["sent_bytes"] / rounds[0]["ms"] * 1000,
        "raw": sum(round_["dirty_bytes"] for round_ in rounds),
        "resent": sum(round_["dirty_bytes"] for round_ in rounds[1:]),
    }
