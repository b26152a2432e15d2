# Images for the hosts, made of Debian packages, as there is no registry. An image is built once,
# as the archive that `docker load` takes, and cached; so it has the same ID on every host.

lab_images=(busybox redis nginx python memhog memzoo postgres)

image_recipe_hash() { # IMAGE: only what it is made of counts
    local sources=()
    case $1 in
        memhog) sources=("$LAB_DIR"/src/memhog.c) ;;
        memzoo) sources=("$LAB_DIR"/src/memzoo/*) ;;
    esac
    cat "$LAB_DIR"/lib/build-image "${sources[@]}" | sha256sum | cut -c1-12
}

image_archive() { printf '%s/images/%s-%s.tar' "$LAB_CACHE" "$1" "$(image_recipe_hash "$1")"; } # IMAGE

ensure_image() { # IMAGE
    [[ -s $(image_archive "$1") ]] || locked "$LAB_CACHE/images/$1.lock" build_image "$1" "$(image_archive "$1")"
}

image() { # IMAGE HOST…
    local name host failed=0 pids=() pid
    need_root
    (( $# >= 2 )) || die "which image for which hosts? lab image ${lab_images[*]/%/|} NAME…"
    name=${1#lab/}; shift
    [[ " ${lab_images[*]} " == *" $name "* ]] || die "unknown image '$name' (${lab_images[*]})"
    for host; do running_host_pid "$host" >/dev/null; done

    ensure_image "$name"
    for host; do
        load_image "$name" "$(image_archive "$name")" "$host" & pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
    return $failed
}

load_image() { # IMAGE ARCHIVE HOST
    local recipe
    recipe=$("$LAB_DIR/lab" on "$3" docker image inspect -f '{{index .Config.Labels "docker-migrator-lab"}}' \
        "lab/$1" </dev/null 2>/dev/null) || true
    [[ $recipe != "$(image_recipe_hash "$1")" ]] || return 0
    "$LAB_DIR/lab" on "$3" docker load -q <"$2" >/dev/null || die "could not load lab/$1 on $3"
}

build_image() { # IMAGE ARCHIVE (the image's lock is held)
    local building=$LAB_CACHE/images/.building-$1 log=$LAB_CACHE/images/$1.log
    [[ ! -s $2 ]] || return 0
    need_space "$LAB_CACHE"
    need_tools gcc=gcc /usr/include/stdio.h=libc6-dev jq=jq
    ensure_root_tree trixie
    rm -rf --one-file-system "$building"
    mkdir -p "$building" "$LAB_CACHE/debs"
    unshare --mount --pid --fork --kill-child --propagation private --mount-proc \
        "$LAB_DIR/lib/build-image" "$1" "$(root_tree trixie)" "$building" "$LAB_CACHE/debs" \
        "$LAB_DIR/src" "$(image_recipe_hash "$1")" >"$log" 2>&1 9>&- </dev/null ||
        die "building the image '$1' failed: $(tail -n 1 "$log") (log: $log)"
    mv "$building/image.tar" "$2"
    rm -rf --one-file-system "$building"
}
