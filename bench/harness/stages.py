"""Stages of the migration alone: every executable in bench/stages is one. bench/README.md tells what it has to print."""
import os
import subprocess

DIRECTORY = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "stages")


def run():
    """[{stage, bytes, seconds, mb_per_s}], or with `error` instead of numbers."""
    results = []
    for name in sorted(os.listdir(DIRECTORY)):
        path = os.path.join(DIRECTORY, name)
        if not os.path.isfile(path) or not os.access(path, os.X_OK):
            continue
        try:
            done = subprocess.run([path], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
            if done.returncode:
                raise ValueError((done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1])
            for line in done.stdout.splitlines():
                stage, amount, seconds = line.split()
                results.append({"stage": stage, "bytes": int(amount), "seconds": float(seconds),
                                "mb_per_s": round(int(amount) / float(seconds) / 1e6)})
        except (ValueError, OSError, ZeroDivisionError, subprocess.TimeoutExpired) as failure:
            results.append({"stage": name, "error": str(failure)})
    return results
