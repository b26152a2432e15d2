#!/usr/bin/env bash
# test.sh [--all | --unit | --e2e [FILTER] | --vm]
#
# Runs the tests; on a fresh Debian machine with root and the .NET SDK it installs what else is
# needed. FILTER is a part of the names of end-to-end tests. The last line sums everything up.
# Tests that take very long are run by --all, or if FILTER fits their names, and else left out; so are those
# of --vm, which need another kernel and run in a virtual machine that has it.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")"

# Of its own for each checkout: two runs at a time must not meet.
export DOCKER_MIGRATOR_LAB=${DOCKER_MIGRATOR_LAB:-e2e-$(pwd | sha256sum | cut -c1-8)}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
# No servers that outlive the tests.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false

unit=yes e2e=yes vm= filter=() short=(--filter-not-trait Length=Long)
case ${1:-} in
    '') filter=("${short[@]}") ;;
    --all) vm=yes ;;
    --vm) unit= e2e= vm=yes ;;
    --unit) e2e= filter=("${short[@]}") ;;
    --e2e) unit= filter=("${short[@]}"); [[ -z ${2:-} ]] || filter=(--filter-method "*$2*") ;;
    *) sed -n 's/^# //p' "$0" | head -n 5 >&2; exit 2 ;;
esac

passed=0 failed=0 skipped=0 running= lab_used=
log=$(mktemp)
failures_seen=$(mktemp)

# Some tests change this for a moment, and may be killed in it.
huge_pages=/sys/kernel/mm/transparent_hugepage/enabled
huge_pages_before=$(sed -n 's/.*\[\(.*\)\].*/\1/p' "$huge_pages" 2>/dev/null)

finish() {
    trap '' INT TERM HUP
    [[ -z $running ]] || { kill -- "-$running"; wait "$running"; } 2>/dev/null
    [[ -z $lab_used ]] || { lab/lab down && lab/lab leftovers; } >&2
    [[ -z $huge_pages_before ]] || grep -qF "[$huge_pages_before]" "$huge_pages" || echo "$huge_pages_before" >"$huge_pages"
    rm -f "$log" "$failures_seen"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# In the background, so that a signal ends this script at once and not after the tests; and in a
# process group of its own, so that all of it ends.
set -m
run() {
    local status=0
    "$@" </dev/null & running=$!
    wait "$running" || status=$?
    running=
    return $status
}

count() { sed -nE "s/^ +$1: ([0-9]+).*/\1/p" "$log" | tail -n 1 | grep . || echo 0; }

in= # a command that runs the tests elsewhere
run_tests() { # PROJECT ARGUMENTS…
    local status=0 failures reader
    : >"$log"
    tail -n +1 -f "$log" & reader=$!
    run $in "test/$1/bin/Debug/net10.0/$1" --progress off --ansi off "${@:2}" >>"$log" 2>&1 || status=$?
    sleep 0.5
    kill "$reader"; wait "$reader" 2>/dev/null
    # Told once more at the end: a log may be cut in front.
    awk '/^(passed|skipped|failed|Test run) /{keep=0} /^failed /{keep=30} keep-->0' "$log" >>"$failures_seen"
    if [[ -n $in ]] && (( status == 125 )); then
        echo "test: skipped, as there is no virtual machine for it: $*"
        skipped=$((skipped + 1))
        return
    fi
    failures=$(count failed)
    passed=$((passed + $(count succeeded)))
    skipped=$((skipped + $(count skipped)))
    # A run that ends in an error without a failed test failed nevertheless.
    (( status == 0 || failures > 0 )) || failures=1
    failed=$((failed + failures))
}

build() { # PROJECT
    run dotnet build "test/$1" --verbosity quiet && return
    failed=$((failed + 1))
    return 1
}

install_missing() {
    local packages=()
    command -v setfattr >/dev/null || packages+=(attr)
    command -v setfacl >/dev/null || packages+=(acl)
    command -v cc >/dev/null || packages+=(gcc libc6-dev)
    command -v strace >/dev/null || packages+=(strace)
    (( ${#packages[@]} )) || return 0
    echo "test: installing ${packages[*]}" >&2
    apt-get update -qq >/dev/null || echo "test: apt-get update failed; trying with the lists there are" >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 \
        "${packages[@]}" >/dev/null
}

started=$SECONDS
install_missing
if [[ -n $unit ]] && build DockerMigrator.Tests; then
    run_tests DockerMigrator.Tests "${filter[@]}"
fi
if [[ -n $e2e ]]; then
    if run ./build.sh && build DockerMigrator.EndToEnd; then
        lab_used=yes
        run_tests DockerMigrator.EndToEnd --output Detailed "${filter[@]}"
    else
        failed=$((failed + 1))
    fi
fi
if [[ -n $vm ]]; then
    if run ./build.sh && build DockerMigrator.Tests && build DockerMigrator.EndToEnd; then
        in="lab/lab vm"
        export DOCKER_MIGRATOR_TEST_SIMULATED=yes
        run_tests DockerMigrator.Tests --filter-class '*.OtherTrackersTests' --filter-class '*.UserFaultTrackerTests'
        export DOCKER_MIGRATOR_TEST_TRACKER=soft-dirty DOCKER_MIGRATOR_TEST_IMAGES="memhog memzoo"
        run_tests DockerMigrator.EndToEnd --output Detailed --filter-class '*.TrackerTests' --filter-class '*.ZooTests'
        # The main job, with hosts of the one kind that there is.
        export DOCKER_MIGRATOR_TEST_PAIRS=TrixieToTrixie DOCKER_MIGRATOR_TEST_IMAGES="busybox redis nginx python memzoo postgres"
        run_tests DockerMigrator.EndToEnd --output Detailed --filter-class '*.PairTests' --filter-class '*.ProgramTests' \
            --filter-class '*.RoundTripTests' --filter-class '*.SharedTests'
    else
        failed=$((failed + 1))
    fi
fi
cat "$failures_seen"
echo "in $((SECONDS - started)) seconds"
echo "$passed passed, $failed failed, $skipped skipped"
(( failed == 0 && passed > 0 ))
