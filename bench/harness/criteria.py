"""What the project has set itself, and whether this run kept it.

A criterion is kept, broken, or unknown, with the figures that say so; never anything made up.
"""
import statistics

from . import precopy

TOOL = "docker-migrator"


def judge(results):
    checks = [_podman, _docker, _idle, _size, _empty, _wire, _throughput, _redis, _stop, _target_memory, _tool_memory]
    judged = []
    for check in checks:
        verdict, figures = check(results)
        judged.append({"criterion": check.__doc__, "kept": verdict, "figures": figures})
    return judged


def _ratio(results, workload, other_tool, other_workload, limit):
    """Whether our downtime is at most `limit` times another's."""
    ours = results.median(TOOL, workload, "downtime_ms")
    other = results.median(other_tool, other_workload, "downtime_ms")
    if ours is None or other is None:
        missing = (TOOL, workload) if ours is None else (other_tool, other_workload)
        return None, f"no figure of {' with '.join(missing)}: {results.error(*missing) or 'not run'}"
    return ours <= limit * other, f"{ours:.0f} ms to {other:.0f} ms: {_times(ours / other)}"


def _times(ratio):
    return f"{ratio:.2f} ×" if ratio >= 0.1 else f"1/{1 / ratio:.0f}"


def _podman(results):
    """1 GiB at 50 MB/s: downtime at most 1/10 of Podman's"""
    return _ratio(results, "mem-1g", "podman", "mem-1g", 1 / 10)


def _docker(results):
    """1 GiB at 50 MB/s: downtime at most 1/40 of docker checkpoint's"""
    return _ratio(results, "mem-1g", "docker-checkpoint", "mem-1g", 1 / 40)


def _idle(results):
    """1 GiB at 50 MB/s: downtime at most 2.5 × that of an idle container of 8 MiB"""
    return _ratio(results, "mem-1g", TOOL, "idle-8m", 2.5)


def _size(results):
    """4 GiB: downtime at most 1.5 × that of 64 MiB at the same dirty rate"""
    return _ratio(results, "mem-4g", TOOL, "mem-64m-hot", 1.5)


def _empty(results):
    """idle 8 MiB, moved, compared with runc's checkpoint and restore of an empty container on one host"""
    ours = results.median(TOOL, "idle-8m", "downtime_ms")
    runc = results.document.get("yardsticks", {}).get("runc", {}).get("together_ms")
    if ours is None or runc is None:
        return None, "not run"
    return None, f"{ours:.0f} ms to {runc:.0f} ms: {_times(ours / runc)} (no limit set)"


def _pre_copies(results, workloads):
    for workload in workloads:
        for move in results.of(TOOL, workload):
            if told := precopy.of(move.get("report")):
                yield move, told


NO_PRE_COPY = "the report tells of no pre-copy"


def _wire(results):
    """bytes before compression at most resident + 1.15 × dirtied and sent again (1 GiB and 4 GiB)"""
    told = [(copy["raw"], move["resident_bytes"] + 1.15 * copy["resent"])
            for move, copy in _pre_copies(results, ("mem-1g", "mem-4g"))]
    if not told:
        return None, NO_PRE_COPY
    raw, limit = max(told, key=lambda pair: pair[0] / pair[1])
    return raw <= limit, f"{raw / 1e6:.0f} MB, limit {limit / 1e6:.0f} MB"


def _throughput(results):
    """pre-copy of 1 GiB on one TLS connection at least 70 % of raw TLS, and on two no less than on one"""
    # Whichever of the two is faster: Python between the hosts, or the tool's own connection with nothing else at work.
    raw = [results.document.get("yardsticks", {}).get("links_mb_per_s", {}).get("tls")]
    raw += [stage.get("mb_per_s") for stage in results.document.get("stages", []) if stage["stage"] == "tls"]
    if not any(raw):
        return None, "raw TLS was not measured"
    raw = max(filter(None, raw))
    one, two = (_rate(results, tool) for tool in ("one-connection", TOOL))
    if not one or not two:
        return None, NO_PRE_COPY
    return one >= 0.7 * raw and two >= one, f"one {one:.0f} MB/s, raw {raw:.0f} MB/s: {one / raw:.0%}; two {two:.0f} MB/s"


def _rate(results, tool):
    """MB/s of the first round with 1 GiB; the best, as others can only disturb, and as raw TLS is the best of some."""
    told = (precopy.of(move.get("report")) for move in results.of(tool, "mem-1g"))
    return max((copy["rate"] / 1e6 for copy in told if copy), default=None)


def _redis(results):
    """Redis under redis-benchmark loses at most 15 % of its throughput during pre-copy, with a CPU that hosts leave alone"""
    befores, durings = [], []
    for move, copy in _pre_copies(results, ["redis-1g"]):
        rates = [rate for at, rate in move["operations"] if copy["since"] <= at <= copy["since"] + copy["seconds"]]
        if rates and move["operations_before"]:
            befores.append(move["operations_before"])
            durings.append(statistics.fmean(rates))
    if not durings:
        return None, NO_PRE_COPY
    before, during = statistics.median(befores), statistics.median(durings)
    return during >= 0.85 * before, f"{before:.0f}/s before, {during:.0f}/s during: {during / before - 1:+.0%}"


def _stop(results):
    """a process stands still for at most 5 ms when its tracking begins"""
    stops = [(told["longest_stop_ms"], workload) for workload in results.workloads() for move in results.of(TOOL, workload)
             if (told := (move.get("report") or {}).get("memory") or {}).get("longest_stop_ms") is not None]
    if not stops:
        return None, "the report does not tell"
    longest, workload = max(stops)
    return longest <= 5, f"{longest:.2f} ms at most ({workload}), {statistics.median(stop for stop, _ in stops):.2f} ms usually"


def _target_memory(results):
    """memory of the target, beyond the container's own, at most resident + 64 MiB"""
    worst = [(move["target_extra_bytes"] - move["resident_bytes"], move) for workload in results.workloads()
             for move in results.of(TOOL, workload) if move.get("target_extra_bytes") is not None]
    if not worst:
        return None, "not measured"
    over, move = max(worst, key=lambda pair: pair[0])
    return over <= 64 << 20, f"worst: resident {over / (1 << 20):+.0f} MiB ({move['workload']})"


def _tool_memory(results):
    """docker-migrator itself at most 150 MB, on both sides"""
    peaks = [(move["processes"][side].get("docker-migrator", 0), side, move["workload"]) for workload in results.workloads()
             for move in results.of(TOOL, workload) for side in ("source", "target")]
    if not peaks:
        return None, "not measured"
    peak, side, workload = max(peaks)
    return peak <= 150e6, f"{peak / 1e6:.0f} MB on the {side} ({workload})"
