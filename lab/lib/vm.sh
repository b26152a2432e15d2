# A virtual machine with Debian's own kernel, for what the kernel of this machine lacks (as soft-dirty bits). The lab runs
# in it as it does here, on the unified cgroup hierarchy; the machine has no network.
#
#   /dev/vda  the root tree of trixie with kernel and compiler (cached; what is written to it is dropped)
#   /dev/vdb  at /lab: repository, .NET, images, and the data of the hosts (made anew each time)
#   ttyS0     the kernel's messages        ttyS1  what the command prints        ttyS2  its exit status

vm_suite=trixie-vm
vm_memory=4096 # MiB
vm_limit=${DOCKER_MIGRATOR_LAB_VM_LIMIT:-7200} # seconds
vm_failed=125 # exit status if there is no machine for the command, as with `docker run`

vm() { # COMMAND…: runs it in the repository, in a machine of its own; its exit status is passed on
    (( $# )) || die "which command? lab vm COMMAND…"
    trap 'exit $vm_failed' EXIT
    prepare_vm
    mkdir -p "$LAB_STATE"
    vm_work=$(mktemp -d "$LAB_STATE/vm.XXXXXX")
    vm_qemu=
    trap end_vm EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    pack_vm "$@"
    boot_vm
    if [[ ! -s $vm_work/status ]]; then
        tail -n 20 "$vm_work/console.log" >&2
        die "the virtual machine ended before its command did"
    fi
    exit "$(tr -dc 0-9 <"$vm_work/status")"
}

end_vm() {
    [[ -z $vm_qemu ]] || { kill -KILL "$vm_qemu"; wait "$vm_qemu"; } 2>/dev/null || true
    [[ -z ${DOCKER_MIGRATOR_LAB_VM_CONSOLE:-} ]] || cp "$vm_work/console.log" "$DOCKER_MIGRATOR_LAB_VM_CONSOLE" || true
    rm -rf --one-file-system "$vm_work"
    rmdir "$LAB_STATE" "$LAB_STATES" 2>/dev/null || true
}

prepare_vm() {
    local name
    need_root
    [[ $(uname -m) == x86_64 ]] || die "there is a virtual machine on x86-64 only"
    need_tools qemu-system-x86_64=qemu-system-x86 mkfs.ext4=e2fsprogs setpriv=util-linux
    need_space "$LAB_STATES"
    ensure_root_layers "$vm_suite"
    vm_disk=$LAB_CACHE/vm/$(basename "$(addition_layer "$vm_suite")").img
    [[ -s $vm_disk ]] || locked "$LAB_CACHE/vm/lock" make_vm_disk
    for name in "${lab_images[@]}"; do ensure_image "$name"; done
}

make_vm_disk() { # (its lock is held)
    [[ ! -s $vm_disk ]] || return 0
    need_space "$LAB_CACHE"
    say "making the disk of the virtual machine (once)"
    # Those of former recipes; a machine that runs keeps its own open.
    rm -f "$LAB_CACHE"/vm/*.img*
    truncate -s 16G "$vm_disk.new"
    unshare --mount --propagation private bash -euc '
        mount -t overlay overlay -o "lowerdir=$1" /mnt
        mkfs.ext4 -q -F -m 0 -O ^has_journal -d /mnt "$2"' \
        - "$(root_layers "$vm_suite")" "$vm_disk.new" </dev/null >"$LAB_CACHE/vm/log" 2>&1 9>&- ||
        die "making the disk of the virtual machine failed: $(tail -n 1 "$LAB_CACHE/vm/log")"
    mv "$vm_disk.new" "$vm_disk"
}

pack_vm() { # COMMAND…: puts what it needs on a disk
    local root=$vm_work/root name dotnet=
    mkdir -p "$root"/{repo,cache/images,state}
    touch "$root/repo/docker-migrator.slnx" # by which the tests know the repository
    install -m 755 "$LAB_DIR/host/vm" "$root/init"
    printf '%q ' exec "$@" >"$root/command"
    {
        declare -p | grep '^declare -x DOCKER_MIGRATOR_' || true
        echo "root_tree=$(basename "$(root_tree trixie)")"
    } >"$root/environment"
    for name in "${lab_images[@]}"; do cp "$(image_archive "$name")" "$root/cache/images/"; done
    ! dotnet=$(command -v dotnet) || dotnet=$(dirname "$(readlink -f "$dotnet")")
    truncate -s 24G "$vm_work/disk.img"
    unshare --mount --propagation private bash -euc '
        root=$1 disk=$2 repository=$3 dotnet=$4
        bring() { # DIRECTORY AS
            [[ ! -d $1 ]] || { mkdir -p "$root/$2"; mount --bind "$1" "$root/$2"; }
        }
        bring "$repository/lab" repo/lab
        bring "$repository/artifacts/bin" repo/artifacts/bin
        for tests in "$repository"/test/*/bin/Debug; do bring "$tests" "repo/${tests#"$repository"/}"; done
        bring "$dotnet/host" dotnet/host
        bring "$dotnet/shared/Microsoft.NETCore.App" dotnet/shared/Microsoft.NETCore.App
        mkfs.ext4 -q -F -m 0 -O ^has_journal -d "$root" "$disk"' \
        - "$root" "$vm_work/disk.img" "$LAB_REPO" "$dotnet" </dev/null
    rm -rf --one-file-system "$root"
}

boot_vm() {
    local boot arguments
    boot=$(addition_layer "$vm_suite")/boot
    arguments=(
        -nodefaults -no-user-config -display none -no-reboot -device virtio-rng-pci
        -accel tcg,tb-size=1024 -cpu max,la57=off -smp 2 -m "$vm_memory"
        # The clock counts instructions: time limits in the machine do not depend on how fast or busy this one is.
        -icount shift=0,sleep=off
        -kernel "$boot"/vmlinuz-* -initrd "$boot"/initrd.img-*
        # QEMU 7.2 gets the flags after cmpxchg16b wrong, once in some hours: the kernel, which uses it in each allocation, can do without.
        -append "root=/dev/vda rw init=/usr/sbin/lab-vm console=ttyS0 panic=-1 mitigations=off apparmor=0 clearcpuid=cx16"
        -drive "file=$vm_disk,format=raw,if=virtio,snapshot=on"
        -drive "file=$vm_work/disk.img,format=raw,if=virtio,cache=unsafe"
        -serial "file:$vm_work/console.log"
        -chardev stdio,id=output,signal=off -serial chardev:output
        -serial "file:$vm_work/status"
    )
    # Each dies with the one that started it.
    TMPDIR=$vm_work setpriv --pdeathsig KILL timeout "$vm_limit" \
        setpriv --pdeathsig KILL nice qemu-system-x86_64 "${arguments[@]}" </dev/null & vm_qemu=$!
    wait "$vm_qemu" || true
    vm_qemu=
}
