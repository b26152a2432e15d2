# Hosts: up, down, and what is said about them.

parse_spec() { # NAME[:SUITE[:CGROUP[:STORE]]]: sets name, suite, cgroups, store
    local kinds
    IFS=: read -r name suite cgroups store <<<"$1"
    valid_host_name "$name"
    kinds=$(cgroup_kinds)
    suite=${suite:-trixie} cgroups=${cgroups:-$(head -n 1 <<<"$kinds")} store=${store:-overlay2}
    [[ $suite =~ ^(trixie|sid|legacy|trixie-podman|trixie-rsync)$ ]] ||
        die "unknown suite '$suite' (trixie, sid, legacy, trixie-podman or trixie-rsync)"
    [[ $cgroups =~ ^v[12]$ ]] || die "unknown cgroup version '$cgroups' (v1 or v2)"
    grep -qx "$cgroups" <<<"$kinds" || die "this machine has no cgroup $cgroups hierarchy"
    [[ $store =~ ^(overlay2|containerd|vfs|overlay)$ ]] ||
        die "unknown store '$store' (overlay2, containerd, vfs or overlay)"
}

host_ready() { # HOST
    local pid
    pid=$(host_pid "$1") && [[ -e /proc/$pid/root/run/lab-ready ]]
}

up() { # SPEC…
    local spec name suite cgroups store pid failed=0 specs=() pids=()
    local -A named=()
    (( $# )) || die "which hosts? lab up NAME[:SUITE[:CGROUP[:STORE]]]…"
    need_root
    need_tools ip=iproute2 unshare=util-linux ssh-keygen=openssh-client curl=curl setsid=util-linux
    need_space "$LAB_STATES"
    for spec; do
        parse_spec "$spec"
        [[ -z ${named[$name]:-} ]] || die "host '$name' is named twice"
        named[$name]=yes
        specs+=("$name:$suite:$cgroups:$store")
    done
    for spec in "${specs[@]}"; do
        parse_spec "$spec"
        ensure_root_layers "$suite"
    done
    mkdir -p "$LAB_CACHE/locks"
    for spec in "${specs[@]}"; do
        all_labs_locked number_host "${spec%%:*}"
    done
    for spec in "${specs[@]}"; do
        locked "$LAB_CACHE/locks/$LAB_NAME-${spec%%:*}" up_host "$spec" & pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
    return $failed
}

all_labs_locked() { ( flock 8; "$@" ) 8>"$LAB_CACHE/locks/.all"; }

up_host() { # NAME:SUITE:CGROUP:STORE (the host's lock is held)
    local name suite cgroups store state started=$EPOCHREALTIME
    parse_spec "$1"
    state=$(host_state "$name")
    if [[ $(cat "$state/spec" 2>/dev/null) == "$1" ]] && host_ready "$name"; then
        # Left alone but for what an interrupted test may have left: no daemon, no cable.
        ip -n "$net_prefix" link set "port$(host_number "$name")" up
        "$LAB_DIR/lab" on "$name" lab-docker start </dev/null >&2 9>&- || die "Docker does not start on $name"
        install_product "$name"
        return
    fi
    [[ ! -d $state ]] || down_host "$name"

    all_labs_locked register_host "$name"
    prepare_host "$1"
    start_host "$1"
    all_labs_locked introduce_hosts
    echo "$1" >"$state/spec"
    say "$name is up: $(host_ip "$name"), $suite, cgroup $cgroups, $store ($(seconds_since "$started") s)"
    install_product "$name"
}

seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'; }

# A host's number, and with it its address, stays its own as long as the lab exists.
number_host() { # HOST (the lock of all labs is held)
    local number=1
    [[ ! -s $LAB_STATE/numbers/$1 ]] || return 0
    mkdir -p "$LAB_STATE/numbers"
    while grep -qx "$number" "$LAB_STATE"/numbers/* 2>/dev/null; do number=$((number + 1)); done
    (( number < 254 )) || die "too many hosts in lab '$LAB_NAME'"
    echo "$number" >"$LAB_STATE/numbers/$1"
}

register_host() { # HOST (the lock of all labs is held)
    number_host "$1"
    mkdir -p "$(host_state "$1")/upper"
    ensure_switch
    make_host_keys "$1"
    introduce_hosts
}

prepare_host() { # NAME:SUITE:CGROUP:STORE: all that can be done before its first process
    local name suite cgroups store state
    parse_spec "$1"
    state=$(host_state "$name")
    mkdir -p "$state"/{work,root,docker,containerd,containers} "$state"/upper/{etc/docker,usr/lib/docker-migrator-lab,usr/local/sbin}
    chmod 755 "$state/upper"
    chmod 710 "$state/docker"
    echo "$name" >"$state/upper/etc/hostname"
    case $store in
        overlay2) ;; # what Docker chooses by itself
        containerd) echo '{ "features": { "containerd-snapshotter": true } }' >"$state/upper/etc/docker/daemon.json" ;;
        *) printf '{ "storage-driver": "%s" }\n' "$store" >"$state/upper/etc/docker/daemon.json" ;;
    esac
    install -m 755 "$LAB_DIR/host/init" "$state/upper/usr/lib/docker-migrator-lab/init"
    install -m 755 "$LAB_DIR/host/lab-docker" "$state/upper/usr/local/sbin/lab-docker"
    install_host_keys "$name"
    make_cgroups "$name"
    cgroup_directories "$name" >"$state/cgroups"
    plug_host "$name"
}

start_host() { # NAME:SUITE:CGROUP:STORE
    local name suite cgroups store state netns tree files launcher init='' tries
    parse_spec "$1"
    state=$(host_state "$name")
    netns=$(host_netns "$name")
    tree=$(root_layers "$suite")
    files=$(ulimit -Hn)
    (
        join_cgroups "$state/cgroups"
        cd /
        ulimit -n "$files"
        exec env -i PATH=$SANE_PATH HOME=/root LANG=C.UTF-8 \
            setsid nsenter --net="/run/netns/$netns" \
            unshare --mount --uts --ipc --pid --cgroup --fork --propagation private \
            "$LAB_DIR/host/boot" "$name" "$state" "$tree" "$cgroups"
    ) </dev/null >"$state/boot.log" 2>&1 9>&- 8>&- &
    launcher=$!
    for (( tries = 0; tries < 200; tries++ )); do
        init=$(cat "/proc/$launcher/task/$launcher/children" 2>/dev/null) || true
        init=${init%% *}
        # A PID namespace of its own tells the host's init from a helper of the launching shell.
        [[ -z $init || $(readlink "/proc/$init/ns/pid") == $(readlink /proc/self/ns/pid) ]] || break
        init=
        kill -0 "$launcher" 2>/dev/null || break
        sleep 0.01
    done
    [[ -n $init ]] || die "host '$name' does not start: $(tail -n 1 "$state/boot.log")"
    echo "$init $(start_time "$init")" >"$state/init"
    move_to_leaves "$state/cgroups" "$state/cgroups-of-commands"

    for (( tries = 0; tries < 4500; tries++ )); do
        [[ ! -e /proc/$init/root/run/lab-ready ]] || return 0
        [[ ! -e /proc/$init/root/run/lab-failed && -e /proc/$init ]] ||
            die "host '$name' does not start: $(tail -n 3 "$state/boot.log")"
        sleep 0.02
    done
    die "host '$name' is not ready after 90 seconds (see $state/boot.log)"
}

# --- the executables under development -------------------------------------------------------

install_product() { # HOST: as a user would: copy, then `host setup`
    local from=${DOCKER_MIGRATOR_BIN:-$LAB_REPO/artifacts/bin} to program changed=
    if [[ ! -x $from/docker-migrator ]]; then
        say "$1: docker-migrator is not installed in it: no executable in $from (set DOCKER_MIGRATOR_BIN)"
        return 0
    fi
    to=/proc/$(host_pid "$1")/root/usr/local/bin
    for program in "$from"/docker-migrator "$from"/docker-migrator-runtime "$from"/*.so; do
        [[ -f $program ]] || continue
        cmp -s "$program" "$to/${program##*/}" && continue
        install -m 755 "$program" "$to/.new" && mv "$to/.new" "$to/${program##*/}"
        changed=yes
    done
    [[ -n $changed || ! -e $to/../../../run/lab-product ]] || return 0
    say "$1: docker-migrator $([[ -n $changed ]] && echo installed || echo found), running 'docker-migrator host setup'"
    "$LAB_DIR/lab" on "$1" docker-migrator host setup </dev/null 9>&- >&2 ||
        die "'docker-migrator host setup' failed on $1"
    : >"$to/../../../run/lab-product"
}

# --- the end ----------------------------------------------------------------------------------

down() { # [HOST…]
    local name failed=0 pids=() pid
    need_root
    need_tools ip=iproute2
    (( $# )) || set -- $(host_names; stray_host_names)
    for name in $(printf '%s\n' "$@" | sort -u); do
        valid_host_name "$name"
        locked "$LAB_CACHE/locks/$LAB_NAME-$name" down_host "$name" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
    mkdir -p "$LAB_CACHE/locks"
    all_labs_locked finish_lab
    return $failed
}

stray_host_names() { # hosts whose state is gone, but not all else
    local path
    cgroup_mounts | while read -r _ path _; do
        find "$path/$cgroup_base/$LAB_NAME" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null
    done
    for path in /run/netns/"$net_prefix".*; do
        [[ ! -e $path ]] || printf '%s\n' "${path##*/"$net_prefix".}"
    done
}

down_host() { # HOST (its lock is held)
    local state pid tries
    state=$(host_state "$1")
    if pid=$(host_pid "$1"); then
        kill -KILL "$pid" 2>/dev/null || true
    fi
    kill_cgroups "$1"
    # The namespaces are gone when their init is.
    for (( tries = 0; tries < 100; tries++ )); do
        host_pid "$1" >/dev/null || break
        sleep 0.05
    done
    unplug_host "$1"
    [[ ! -d $state ]] || rm -rf --one-file-system "$state" ||
        { sleep 1; rm -rf --one-file-system "$state"; } || die "could not remove $state"
}

finish_lab() { # (the lock of all labs is held)
    [[ -z $(host_names) ]] || { introduce_hosts; return; }
    remove_switch
    rm -rf --one-file-system "$LAB_STATE"
    rmdir "$LAB_STATES" 2>/dev/null || true
    each_dead_build rm -rf --one-file-system
}

each_dead_build() { # COMMAND…: on what a killed build left in the cache, not on those under way
    local building lock
    for building in "$LAB_CACHE"/{roots,images}/.building-*; do
        lock=${building/.building-/}.lock
        [[ ! -d $building ]] || ! flock -n "$lock" true || "$@" "$building"
    done
}

leftovers() {
    local found path directory name
    found=$(
        [[ ! -e $LAB_STATE ]] || echo "directory $LAB_STATE"
        cgroup_mounts | while read -r _ path _; do
            directory=$path/$cgroup_base/$LAB_NAME
            [[ -d $directory ]] || continue
            find "$directory" -type d -printf 'cgroup %p\n'
            find "$directory" -name cgroup.procs -exec cat {} + | sed 's/^/process /'
        done
        for path in /run/netns/"$net_prefix" /run/netns/"$net_prefix".*; do
            [[ ! -e $path ]] || echo "network namespace $path"
        done
        ! ip link show "$machine_port" >/dev/null 2>&1 || echo "interface $machine_port"
        awk -v state="$LAB_STATE/" -v cache="$LAB_CACHE/" \
            'index($5, state) == 1 || index($5, cache) == 1 { print "mount " $5 }' /proc/self/mountinfo
        each_dead_build printf 'unfinished build %s\n'
    )
    found=$(awk '!told[$0]++' <<<"$found")
    [[ -n $found ]] || return 0
    printf '%s\n' "$found"
    return 1
}

list() {
    local name state spec
    for name in $(host_names); do
        spec=$(cat "$(host_state "$name")/spec" 2>/dev/null) || spec="$name:?"
        if host_ready "$name"; then state=running
        elif host_pid "$name" >/dev/null; then state=starting
        else state=dead; fi
        printf '%s\t%s\t%s\t%s\n' "$name" "$spec" "$state" "$(host_ip "$name" 2>/dev/null)"
    done
}
