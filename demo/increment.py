#!/usr/bin/env python3
"""increment.py RESULT PORT HOST HOST…

Increments a key of Redis without pause, on whichever of the hosts answers, until it gets SIGTERM.
Prints the state of things ten times a second; in the end writes to RESULT, a word a line: acknowledged
increments, increments lost or repeated, longest gap in milliseconds, hosts that answered.
"""
import signal, socket, sys, time

result, port, hosts = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
PATIENCE = 0.1  # seconds without an answer after which another host is tried
running = True


def stop(*_):
    global running
    running = False


signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, signal.SIG_IGN)

acknowledged = wrong = last = unanswered = 0
longest, answered_at, answering = 0.0, None, []
told_at = 0.0
turn = 0
while running:
    host = hosts[turn % len(hosts)]
    turn += 1
    try:
        with socket.create_connection((host, port), timeout=PATIENCE) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            answers = connection.makefile("rb")
            while running:
                unanswered += 1
                connection.sendall(b"INCR demo\r\n")
                answer = answers.readline()
                if not answer.startswith(b":"):
                    break
                value, now = int(answer[1:]), time.monotonic()
                # Each request counts at most once; one whose answer was lost may count or not.
                if not last < value <= last + unanswered:
                    wrong += 1
                    print(f"after {last} came {value}", file=sys.stderr)
                if answered_at is not None:
                    longest = max(longest, now - answered_at)
                last, unanswered, answered_at = value, 0, now
                acknowledged += 1
                if not answering or answering[-1] != host:
                    answering.append(host)
                if now - told_at > 0.1:
                    told_at = now
                    with open(result + ".now", "w") as file:
                        print(value, file=file)
    except OSError:
        time.sleep(0.002)

with open(result, "w") as file:
    print(acknowledged, wrong, round(longest * 1000), ",".join(answering), sep="\n", file=file)
