"""The downtimes as a picture: a line a workload, a dot a tool, logarithmic, as they differ by powers of ten."""
import math
from html import escape

from .table import TITLES, ms

WIDTH, LEFT, RIGHT, TOP, ROW, FOOT = 860, 190, 40, 96, 58, 62
TOOLS = {
    "docker-migrator": ("#0b6e4f", "docker-migrator"),
    "stop-and-copy": ("#6aa84f", "docker-migrator, stop and copy"),
    "podman": ("#8a4fbf", "Podman"),
    "docker-checkpoint": ("#d1495b", "docker checkpoint"),
}
TICKS = [(0.1, "0.1 s"), (0.3, "0.3 s"), (1, "1 s"), (3, "3 s"), (10, "10 s"), (30, "30 s"), (100, "100 s"), (300, "300 s"), (1000, "1000 s")]


def svg(results):
    # A variation of a tool that a criterion needs is no competitor.
    workloads, tools = results.workloads(), [tool for tool in results.tools() if tool in TOOLS]
    downtimes = {(tool, workload): results.median(tool, workload, "downtime_ms") for tool in tools for workload in workloads}
    seconds = [value / 1000 for value in downtimes.values() if value]
    runc = results.document.get("yardsticks", {}).get("runc", {}).get("together_ms")
    if not seconds:
        return None
    if runc:
        seconds.append(runc / 1000)
    low, high = math.log10(min(seconds) * 0.75), math.log10(max(seconds) * 1.6)
    height = TOP + ROW * len(workloads) + FOOT

    def x(value):
        return LEFT + (math.log10(value) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def text(at_x, at_y, words, **style):
        attributes = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())
        out.append(f'<text x="{at_x:.1f}" y="{at_y:.1f}"{attributes}>{escape(words)}</text>')

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
           'font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#222">',
           f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>']
    text(20, 30, "How long the application stands still while its container moves", font_size=17, font_weight="bold")

    at = 20.0
    for tool in tools:
        colour, words = TOOLS[tool]
        out.append(f'<circle cx="{at + 6:.1f}" cy="54" r="6" fill="{colour}"/>')
        text(at + 17, 58.5, words)
        at += 17 + 7 * len(words) + 22

    bottom = TOP + ROW * len(workloads)
    for value, words in TICKS:
        if low <= math.log10(value) <= high:
            out.append(f'<line x1="{x(value):.1f}" x2="{x(value):.1f}" y1="{TOP - 10}" y2="{bottom}" stroke="#e4e4e4"/>')
            text(x(value), bottom + 18, words, text_anchor="middle", fill="#666", font_size=12)
    if runc:
        at = x(runc / 1000)
        out.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP - 10}" y2="{bottom}" stroke="#888" stroke-dasharray="4 4"/>')
        text(at + 5, TOP - 2, "runc alone, empty container, one host", fill="#666", font_size=11)

    for row, workload in enumerate(workloads):
        y = TOP + ROW * row + ROW / 2 + 4
        text(LEFT - 14, y + 4.5, TITLES.get(workload, workload), text_anchor="end")
        points = sorted((downtimes[tool, workload] / 1000, tool) for tool in tools if downtimes[tool, workload])
        if points:
            out.append(f'<line x1="{x(points[0][0]):.1f}" x2="{x(points[-1][0]):.1f}" y1="{y}" y2="{y}" stroke="#bbb"/>')
        taken = []  # where labels are: one that would cover another goes below
        for value, tool in points:
            out.append(f'<circle cx="{x(value):.1f}" cy="{y}" r="6.5" fill="{TOOLS[tool][0]}"/>')
            below = any(abs(x(value) - other) < 52 for other in taken)
            text(x(value), y + 22 if below else y - 11, ms(value * 1000), text_anchor="middle", font_size=12,
                 fill=TOOLS[tool][0], font_weight="bold")
            if not below:
                taken.append(x(value))
        failed = [TOOLS[tool][1] for tool in tools if not downtimes[tool, workload] and results.error(tool, workload)]
        if failed:
            text(WIDTH - RIGHT, y + 4.5, "failed: " + "; ".join(failed), text_anchor="end", fill="#a33", font_size=11)
    text(LEFT, bottom + 42, "Logarithmic scale. Medians, as the application saw it; both hosts on one machine. "
         f"{results.document['date'][:10]}", fill="#666", font_size=11)
    out.append("</svg>")
    return "\n".join(out) + "\n"
