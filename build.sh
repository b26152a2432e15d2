#!/usr/bin/env bash
# Publishes the two executables, natively compiled, into artifacts/bin. Quick when nothing has changed.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"

programs=(DockerMigrator.Cli/docker-migrator DockerMigrator.Runtime/docker-migrator-runtime)
case $(uname -m) in
    x86_64) platform=linux-x64 ;;
    aarch64) platform=linux-arm64 ;;
    *) echo "build: there is no build for $(uname -m)" >&2; exit 1 ;;
esac

is_current() {
    local program
    for program in "${programs[@]}"; do
        [[ -x artifacts/bin/${program#*/} ]] || return 1
    done
    # Directories count, too: deleting a file changes only them.
    [[ -z $(find src Directory.*.props global.json .editorconfig build.sh \
        \( -name bin -o -name obj \) -prune -o -newer artifacts/bin -print -quit) ]]
}

install_missing() {
    local packages=()
    command -v clang >/dev/null || packages+=(clang)
    [[ -e /usr/include/zlib.h ]] || packages+=(zlib1g-dev)
    (( ${#packages[@]} )) || return 0
    echo "build: installing ${packages[*]}" >&2
    apt-get update -qq >/dev/null || echo "build: apt-get update failed; trying with the lists there are" >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 \
        "${packages[@]}" >/dev/null
}

! is_current || exit 0
install_missing
# No servers that outlive the build.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
started=$(date +%F\ %T.%N)
for program in "${programs[@]}"; do
    echo "build: ${program#*/}" >&2
    dotnet publish "src/${program%/*}" --configuration Release --runtime "$platform" \
        --output "artifacts/publish/${program%/*}" --verbosity quiet -warnaserror >&2 </dev/null
done
mkdir -p artifacts/bin
for program in "${programs[@]}"; do
    # By renaming, as the old one may be running.
    install -m 755 "artifacts/publish/$program" "artifacts/bin/.new"
    mv artifacts/bin/.new "artifacts/bin/${program#*/}"
done
# As of when the build began: what was edited meanwhile is not in it.
touch -d "$started" artifacts/bin
