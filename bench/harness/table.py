"""The results as text."""
import statistics

from . import tools, workloads

TITLES = {tool.name: tool.title for tool in tools.ALL} | {workload.name: workload.title for workload in workloads.ALL}
COLUMNS = ("", "downtime", "ratio", "stalled", "total", "wire", "source +", "target +", "runs")


def ms(value):
    if value is None:
        return "–"
    return f"{value:.0f} ms" if value < 1000 else f"{value / 1000:.2f} s" if value < 10000 else f"{value / 1000:.1f} s"


def size(value):
    if value is None:
        return "–"
    return f"{value / (1 << 30):.2f} GiB" if value >= 1 << 30 else f"{value / (1 << 20):.0f} MiB"


def _row(results, tool, workload):
    first = TITLES.get(tool, tool)
    moves = results.of(tool, workload)
    if not moves:
        return [first, f"failed: {results.error(tool, workload)}"]
    downtime = results.median(tool, workload, "downtime_ms")
    ours = results.median("docker-migrator", workload, "downtime_ms")
    return [first, ms(downtime), f"{downtime / ours:.1f} ×" if ours else "–",
            ms(results.median(tool, workload, "stalled_ms")), f"{results.median(tool, workload, 'total_s'):.1f} s", size(results.median(tool, workload, "wire_bytes")),
            size(results.highest(tool, workload, "source_extra_bytes")),
            size(results.highest(tool, workload, "target_extra_bytes")), str(len(moves))]


def text(results):
    lines = []
    rows = {workload: [_row(results, tool, workload) for tool in results.tools()
                       if results.of(tool, workload) or results.error(tool, workload)]
            for workload in results.workloads()}
    everything = [row for group in rows.values() for row in group if len(row) == len(COLUMNS)] + [list(COLUMNS)]
    firsts = [len(row[0]) for group in rows.values() for row in group]
    widths = [max([len(row[at]) for row in everything] + (firsts if at == 0 else [])) for at in range(len(COLUMNS))]

    def line(row):
        if len(row) == 2:
            return f"  {row[0]:<{widths[0]}}  {row[1]}"
        return "  " + "  ".join([f"{row[0]:<{widths[0]}}"] + [f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:])])

    lines.append(line(list(COLUMNS)).rstrip())
    for workload, group in rows.items():
        lines += ["", TITLES.get(workload, workload)] + [line(row) for row in group]
        before, during = (results.median("docker-migrator", workload, f"operations_{when}") for when in ("before", "during"))
        if before and during:
            lines.append(f"  requests a second: {before:.0f} before, {during:.0f} while docker-migrator was at work")
    for tool, reason in results.document.get("unavailable", {}).items():
        lines += ["", f"{TITLES.get(tool, tool)}: not run: {reason}"]

    others = [move["others_cpus"] for move in results.document["moves"] if "others_cpus" in move]
    if others and max(others) > 0.3:
        lines += ["", f"NOISY: other programs took {statistics.median(others):.1f} CPUs of "
                      f"{results.document['machine']['cpus']} in the median move, {max(others):.1f} at worst."]

    yardsticks = results.document.get("yardsticks", {})
    if runc := yardsticks.get("runc"):
        lines += ["", f"runc, empty container on one host: checkpoint {ms(runc['checkpoint_ms'])} + "
                      f"restore {ms(runc['restore_ms'])} = {ms(runc['together_ms'])}"]
    if links := yardsticks.get("links_mb_per_s"):
        lines.append("one connection between the hosts: " + ", ".join(f"{kind} {rate} MB/s" for kind, rate in links.items()))
    for stage in results.document.get("stages", []):
        rate = stage["error"] if "error" in stage else f"{stage['mb_per_s']} MB/s"
        lines.append(f"stage {stage['stage']}: {rate}")

    marks = {True: "kept   ", False: "BROKEN ", None: "–      "}
    lines.append("")
    for judged in results.document.get("criteria", []):
        if judged["kept"] is None and judged["figures"].endswith("not run"):
            continue
        lines.append(f"{marks[judged['kept']]} {judged['criterion']}\n         {judged['figures']}")
    return "\n".join(lines)
