"""Memory that is rewritten all the time, with a clock that both hosts share."""
import statistics
import time

HZ = 100  # lines a second; the downtime is known to one hundredth of a second


class NotMoved(Exception):
    """The container does not go on where it was."""


class Memhog:
    image = "memhog"
    options = []

    def __init__(self, name, mib, rate, title, long=False):
        self.name, self.mib, self.title, self.long = name, mib, title, long
        self.command = [str(mib), str(rate), "--hz", str(HZ)]

    def begin(self, engine, source, target):
        """Warms up what was just started on the source; its measuring goes on until `end`."""
        deadline = time.monotonic() + 240
        while not lines_of(engine.logs(source)):
            if time.monotonic() > deadline:
                raise NotMoved("it did not start within 240 s")
            time.sleep(0.2)
        time.sleep(2)
        return _Watch(engine, source, target)


class _Watch:
    def __init__(self, engine, source, target):
        self._engine, self._source, self._target = engine, source, target
        self._started_ns = time.time_ns()

    def end(self):
        """How it was: to be called when the tool says that the container runs on the target."""
        ended_ns = time.time_ns()
        deadline = time.monotonic() + 60
        # A second of lines from now on, so that what was lazy shows, too.
        while True:
            told = lines_of(self._engine.logs(self._target))
            if sum(at > ended_ns for at in told.values()) >= HZ:
                break
            if time.monotonic() > deadline:
                raise NotMoved("no lines come from the target")
            time.sleep(0.2)
        told_at_source = lines_of(self._engine.logs(self._source))
        if any(at > ended_ns for at in told_at_source.values()):
            raise NotMoved("it runs on both hosts")
        return measure({**told_at_source, **told}, self._started_ns)

    def stop(self):
        pass


def lines_of(log):
    """{counter: time} of the lines of a log."""
    told = {}
    for line in log.splitlines():
        words = line.split()
        if len(words) == 3 and words[0].isdigit() and words[1].isdigit():
            told[int(words[0])] = int(words[1])
    return told


def measure(told, started_ns):
    """The longest step between two lines after the start, less the usual one; and all that was too long together."""
    counters = sorted(told)
    steps = [(told[b] - told[a], a, b) for a, b in zip(counters, counters[1:])]
    usual = statistics.median(step for step, _, b in steps if told[b] <= started_ns) / 1e6
    during = [(step / 1e6 - usual, b - a - 1) for step, a, b in steps if told[b] > started_ns]
    if min(step for step, *_ in steps) < 0:
        raise NotMoved("it began anew: its clock went backwards")
    downtime, lost = max(during)
    return {
        "downtime_ms": round(downtime, 1),
        "stalled_ms": round(sum(step for step, _ in during if step > 2 * usual), 1),
        "lines_lost": lost,
    }
