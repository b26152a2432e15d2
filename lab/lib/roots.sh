# Cached root trees, one a suite. The name of a tree carries a hash of its recipe (the script and
# the sources that go into it), so a changed recipe makes a new tree.

root_recipe_hash() { cat "$LAB_DIR"/lib/build-root "$LAB_DIR"/src/criu-*.c | sha256sum | cut -c1-12; }

root_tree() { printf '%s/roots/%s-%s' "$LAB_CACHE" "$1" "$(root_recipe_hash)"; } # SUITE

ensure_root_tree() { # SUITE
    [[ -d $(root_tree "$1") ]] || locked "$LAB_CACHE/roots/$1.lock" make_root_tree "$1"
    touch "$(root_tree "$1")" # in use: see drop_old_trees
}

# SUITE-ADDITION is the suite's tree with a layer of more packages on it, as overlay stacks them.

addition_layer() { # SUITE-ADDITION
    printf '%s/roots/%s-%s' "$LAB_CACHE" "$1" \
        "$({ root_recipe_hash; cat "$LAB_DIR/lib/build-addition"; } | sha256sum | cut -c1-12)"
}

root_layers() { # SUITE[-ADDITION]: what a host stands on, topmost first, with colons between
    [[ $1 != *-* ]] || printf '%s:' "$(addition_layer "$1")"
    root_tree "${1%%-*}"
}

ensure_root_layers() { # SUITE[-ADDITION]
    ensure_root_tree "${1%%-*}"
    [[ $1 == *-* ]] || return 0
    [[ -d $(addition_layer "$1") ]] || locked "$LAB_CACHE/roots/$1.lock" make_addition "$1"
    touch "$(addition_layer "$1")"
}

make_addition() { # SUITE-ADDITION (its lock is held)
    local layer building=$LAB_CACHE/roots/.building-$1 log=$LAB_CACHE/roots/$1.log
    layer=$(addition_layer "$1")
    [[ ! -d $layer ]] || return 0
    need_space "$LAB_CACHE"
    rm -rf --one-file-system "$building"
    mkdir -p "$building" "$LAB_CACHE/debs"
    say "adding ${1#*-} to the root tree of '${1%%-*}' (once; log: $log)"
    unshare --mount --pid --fork --kill-child --propagation private --mount-proc \
        "$LAB_DIR/lib/build-addition" "${1#*-}" "$(root_tree "${1%%-*}")" "$building" "$LAB_CACHE/debs" \
        >"$log" 2>&1 9>&- </dev/null ||
        die "adding ${1#*-} to '${1%%-*}' failed: $(tail -n 1 "$log") (log: $log)"
    mv -T "$building/layer" "$layer"
    rm -rf --one-file-system "$building"
    drop_old_trees "$1"
}

# Trees of former recipes go when nobody asked for them for a week and no host stands on them.
drop_old_trees() { # SUITE
    local tree
    find "$LAB_CACHE/roots" -maxdepth 1 -type d -name "$1-????????????" -mtime +7 | while read -r tree; do
        grep -qsE "[=:]$tree[,:]" /proc/[0-9]*/mountinfo || rm -rf --one-file-system "$tree"
    done
}

make_root_tree() { # SUITE (the suite's lock is held)
    local suite=$1 tree building mirror log
    tree=$(root_tree "$suite")
    [[ -d $tree ]] && return
    need_space "$LAB_CACHE"
    need_tools debootstrap=debootstrap /usr/share/keyrings/debian-archive-keyring.gpg=debian-archive-keyring \
        gcc=gcc /usr/include/stdio.h=libc6-dev curl=curl
    mirror=$(debian_mirror trixie)
    building=$LAB_CACHE/roots/.building-$suite
    log=$LAB_CACHE/roots/$suite.log
    rm -rf --one-file-system "$building"
    mkdir -p "$building" "$LAB_CACHE/debs"
    say "building the root tree of '$suite' (once, some minutes; log: $log)"

    # The mounts that the build needs live and die with its own namespaces.
    unshare --mount --pid --fork --kill-child --propagation private --mount-proc \
        "$LAB_DIR/lib/build-root" "$suite" "$mirror" "$building" "$LAB_CACHE/debs" "$LAB_DIR/src" \
        >"$log" 2>&1 9>&- </dev/null ||
        die "building the root tree of '$suite' failed: $(tail -n 1 "$log") (log: $log)"
    mv -T "$building" "$tree"
    drop_old_trees "$suite"
}
