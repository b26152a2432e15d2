# What every command of the lab uses: where things lie, how it speaks, what it needs.

LAB_NAME=${DOCKER_MIGRATOR_LAB:-lab}
LAB_CACHE=${DOCKER_MIGRATOR_LAB_CACHE:-/var/cache/docker-migrator-lab}
LAB_STATES=${DOCKER_MIGRATOR_LAB_STATE:-/var/lib/docker-migrator-lab}
LAB_STATE=$LAB_STATES/$LAB_NAME
LAB_REPO=$(dirname "$LAB_DIR")

SANE_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

die() { printf 'lab: %s\n' "$*" >&2; exit 1; }
say() { printf 'lab: %s\n' "$*" >&2; }

[[ $LAB_NAME =~ ^[a-z0-9][a-z0-9-]{0,19}$ ]] ||
    die "DOCKER_MIGRATOR_LAB must be a short lower-case name, not '$LAB_NAME'"

need_root() { [[ $EUID == 0 ]] || die "needs root: it makes namespaces, mounts and bridges"; }

valid_host_name() { [[ $1 =~ ^[a-z][a-z0-9-]{0,14}$ ]] || die "not a usable host name: '$1'"; }

host_state() { printf '%s/hosts/%s' "$LAB_STATE" "$1"; }

# Descriptors 8 and 9 hold locks; nothing that outlives the command may inherit them.
locked() { # LOCKFILE COMMAND…  (shell functions too)
    local file=$1; shift
    mkdir -p "$(dirname "$file")"
    ( flock 9; "$@" ) 9>"$file"
}

apt_updated=
need_tools() { # COMMAND=PACKAGE or /FILE=PACKAGE…: installs the packages of those that are missing
    local pair packages=()
    for pair; do
        [[ -e ${pair%%=*} ]] || PATH=$SANE_PATH command -v "${pair%%=*}" >/dev/null || packages+=("${pair#*=}")
    done
    (( ${#packages[@]} )) || return 0
    command -v apt-get >/dev/null || die "please install: ${packages[*]}"
    say "installing on this machine: ${packages[*]}"
    if [[ -z $apt_updated ]]; then
        apt-get update -qq >/dev/null || say "apt-get update failed; trying with the lists there are"
        apt_updated=yes
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o DPkg::Lock::Timeout=300 "${packages[@]}" >/dev/null ||
        die "could not install: ${packages[*]}"
}

need_space() { # DIRECTORY…: at least 8 GB free
    local directory free
    for directory; do
        mkdir -p "$directory"
        free=$(df --output=avail -B1 "$directory" | tail -n 1)
        (( free >= 8000000000 )) ||
            die "too little disk space at $directory: $((free / 1000000)) MB free, 8000 MB needed"
    done
}

# Identity of a process: its number and start time, so that a reused number is not mistaken for it.
start_time() { # PID
    local stat
    read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
    stat=${stat##*) }
    set -- $stat
    printf '%s' "${20}"
}

# PID 1 of a running host as seen from the machine; fails if the host does not run.
host_pid() { # NAME
    local pid started
    read -r pid started 2>/dev/null <"$LAB_STATE/hosts/$1/init" || return 1
    [[ $(start_time "$pid") == "$started" ]] || return 1
    printf '%s' "$pid"
}

running_host_pid() { # NAME
    valid_host_name "$1"
    host_pid "$1" || die "host '$1' does not run in lab '$LAB_NAME' (lab up $1)"
}

host_names() {
    local directory
    for directory in "$LAB_STATE"/hosts/*/; do
        [[ -d $directory ]] && basename "$directory"
    done
    return 0
}
