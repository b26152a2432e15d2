#!/usr/bin/env bash
# demo.sh [--keep]
#
# Moves a Redis under load from one Docker host to another, both on this machine. Needs Debian (or
# the like), root and the .NET SDK; installs what else is missing. --keep leaves the hosts running.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"

export DOCKER_MIGRATOR_LAB=${DOCKER_MIGRATOR_LAB:-demo-$(pwd | sha256sum | cut -c1-8)}
keep= client= work=$(mktemp -d)
case ${1:-} in
    '') ;;
    --keep) keep=yes ;;
    *) sed -n 's/^# //p' "$0" | head -n 4 >&2; exit 2 ;;
esac

bold= dim= green= red= plain=
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
    bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi
step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
show() { sed "s/^/    /"; }
on() { printf '%s%s# %s%s\n' "$dim" "$1" "${*:2}" "$plain"; lab/lab on "$@" </dev/null 2>&1 | show; }

finish() {
    trap '' INT TERM HUP
    [[ -z $client ]] || { kill "$client" 2>/dev/null; wait "$client" || true; }
    [[ -n $keep ]] || lab/lab down
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

count() { cat "$work/result.now" 2>/dev/null || echo 0; }
wait_for_count() { # NUMBER
    local tries
    for (( tries = 0; tries < 200; tries++ )); do
        (( $(count) < $1 )) || return 0
        sleep 0.05
    done
    echo "The client gets no answers." >&2
    return 1
}

(( EUID == 0 )) || { echo "demo: needs root, as it makes network namespaces and mounts" >&2; exit 1; }
if ! command -v python3 >/dev/null; then
    echo "demo: installing python3" >&2
    apt-get update -qq >/dev/null || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-minimal >/dev/null
fi

step "Building docker-migrator"
./build.sh
ls -sh artifacts/bin | tail -n +2 | show

step "Two Docker hosts on this machine: alpha and beta"
lab/lab up alpha beta 2>&1 | show
lab/lab image redis alpha beta 2>&1 | show

step "Redis runs on alpha, and a client increments a number in it without pause"
on alpha docker run -d --name db -p 6379:6379 --restart always lab/redis
python3 demo/increment.py "$work/result" 6379 "$(lab/lab ip alpha)" "$(lab/lab ip beta)" & client=$!
wait_for_count 1
sleep 2
before=$(count)
echo "    $before increments so far"

step "Moving it to beta"
printf '%salpha# docker-migrator migrate db beta%s\n' "$dim" "$plain"
lab/lab on alpha docker-migrator migrate db beta </dev/null 2>&1 | show

after=$(count)
wait_for_count $((after + 1))
sleep 2
kill "$client"; wait "$client" || true
client=
{ read -r acknowledged; read -r wrong; read -r longest; read -r answering; } <"$work/result"

step "On both sides"
on alpha docker ps --format 'table {{.Names}}\t{{.Image}}\t{{.Status}}\t{{.Ports}}'
on beta docker ps --format 'table {{.Names}}\t{{.Image}}\t{{.Status}}\t{{.Ports}}'

step "What the client saw"
stored=$(lab/lab on beta docker exec db redis-cli get demo </dev/null)
echo "    increments acknowledged    $acknowledged, the last of them by ${answering##*,} (beta)"
echo "    number in Redis now        $stored"
echo "    longest gap                $longest ms"
if (( wrong == 0 && stored >= acknowledged )) && [[ ${answering##*,} == "$(lab/lab ip beta)" ]]; then
    echo "    ${green}lost or repeated           none${plain}"
else
    echo "    ${red}lost or repeated           $wrong${plain}"
    exit 1
fi
[[ -z $keep ]] || printf '\nThe hosts are still there: try  DOCKER_MIGRATOR_LAB=%s lab/lab on beta docker ps\nand take them down by           DOCKER_MIGRATOR_LAB=%s lab/lab down\n' "$DOCKER_MIGRATOR_LAB" "$DOCKER_MIGRATOR_LAB"
