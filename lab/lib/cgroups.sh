# A host's processes live in one directory of every cgroup hierarchy of the machine, and in a
# cgroup namespace for which that directory is the root: the host cannot see, or leave anything,
# outside of it, and whatever is in there is the host's.

cgroup_base=docker-migrator-lab

cgroup_mounts() { # every hierarchy: TYPE PATH OPTIONS
    awk '($3 == "cgroup" || $3 == "cgroup2") && $2 ~ "^/sys/fs/cgroup" { print $3, $2, $4 }' /proc/self/mounts
}

cgroup_kinds() { # which of v1 and v2 this machine can give
    local mounts
    mounts=$(cgroup_mounts)
    if grep -q '^cgroup .*/freezer' <<<"$mounts"; then echo v1; fi
    if grep -q '^cgroup2 ' <<<"$mounts"; then echo v2; fi
}

cgroup_directories() { # HOST: its directory in each hierarchy
    cgroup_mounts | while read -r _ path _; do
        printf '%s\n' "$path/$cgroup_base/$LAB_NAME/$1"
    done
}

make_cgroups() { # HOST
    local type path level
    while read -r type path _; do
        for level in "$cgroup_base" "$cgroup_base/$LAB_NAME" "$cgroup_base/$LAB_NAME/$1"; do
            mkdir -p "$path/$level"
            if [[ -e $path/$level/cpuset.mems && $type == cgroup ]]; then
                cat "$path/$level/../cpuset.cpus" >"$path/$level/cpuset.cpus"
                cat "$path/$level/../cpuset.mems" >"$path/$level/cpuset.mems"
            elif [[ $type == cgroup2 && $level != */"$1" ]]; then
                # Pass on the controllers that the machine hands out; switch on no others.
                sed 's/[a-z]\+/+&/g' "$path/cgroup.subtree_control" >"$path/$level/cgroup.subtree_control" 2>/dev/null || true
            fi
        done
        [[ $type != cgroup2 ]] || mkdir -p "$path/$level/init"
    done < <(cgroup_mounts)
}

# Everything in the host's cgroups ends, frozen or not; then the cgroups go.
kill_cgroups() { # HOST
    local directory file pid tries
    local -a directories=()
    while read -r directory; do
        [[ ! -d $directory ]] || directories+=("$directory")
    done < <(cgroup_directories "$1")
    (( ${#directories[@]} )) || return 0

    for (( tries = 0; tries < 200; tries++ )); do
        find "${directories[@]}" -depth -name freezer.state 2>/dev/null |
            while read -r file; do echo THAWED >"$file"; done 2>/dev/null || true
        for directory in "${directories[@]}"; do
            [[ ! -e $directory/cgroup.kill ]] || echo 1 >"$directory/cgroup.kill"
        done
        for pid in $(find "${directories[@]}" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u); do
            [[ $pid == 0 ]] || kill -KILL "$pid" 2>/dev/null || true
        done
        find "${directories[@]}" -depth -type d -exec rmdir {} + 2>/dev/null || true
        for directory in "${directories[@]}"; do
            [[ ! -d $directory ]] || { sleep 0.05; continue 2; }
        done
        break
    done
    for directory in "${directories[@]}"; do
        [[ ! -d $directory ]] || { say "could not remove $directory"; return 1; }
        rmdir "${directory%/*}" "${directory%/*/*}" 2>/dev/null || true
    done
}

# The calling process becomes one of the host's.
join_cgroups() { # FILE with the directories
    local directory
    while read -r directory; do
        echo "$BASHPID" >"$directory/cgroup.procs"
    done <"$1"
}

# In cgroup2 only leaves may hold processes once a controller is in use. The host starts in its
# directory itself, since that is to be the root of its cgroup namespace, and then moves to a leaf.
move_to_leaves() { # FILE with the host's directories, FILE for those of its later processes
    local directory pid tries
    while read -r directory; do
        if [[ -d $directory/init ]]; then
            for (( tries = 0; tries < 20; tries++ )); do
                for pid in $(<"$directory/cgroup.procs"); do
                    echo "$pid" >"$directory/init/cgroup.procs" || true
                done 2>/dev/null
            done
            directory=$directory/init
        fi
        printf '%s\n' "$directory"
    done <"$1" >"$2"
}
