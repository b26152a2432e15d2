# Where this machine gets its Debian packages from. The lab takes the same mirror.

apt_source_urls() {
    local files=(/etc/apt/sources.list /etc/apt/sources.list.d/*.list)
    cat "${files[@]}" 2>/dev/null | sed -nE 's/^deb +(\[[^]]*\] +)?(https?:[^ ]+) .*/\2/p'
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null |
        sed -nE 's/^URIs: *//p' | tr ' ' '\n' | grep '^https\?:'
    return 0
}

debian_mirror() { # SUITE: prints the URL of a mirror that has it
    local suite=$1 url
    for url in ${DOCKER_MIGRATOR_LAB_MIRROR:-} $(apt_source_urls | sort -u); do
        url=${url%/}
        if curl -fsSIL --max-time 20 "$url/dists/$suite/InRelease" >/dev/null 2>&1; then
            printf '%s' "$url"
            return
        fi
    done
    die "no Debian mirror with '$suite' among this machine's apt sources; set DOCKER_MIGRATOR_LAB_MIRROR"
}
