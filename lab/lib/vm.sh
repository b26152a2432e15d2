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

vm_disk() { printf '%s/vm/%s.img' "$LAB_CACHE" "$(basename "$(addition_layer "$vm_suite")")"; }

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
    pack_vm "$vm_work" "$@"
    boot_vm "$vm_work"
    if [[ ! -s $vm_work/status ]]; then
        tail -n 20 "$vm_work/console.log" >&2
        say "the virtual machine ended before its command did"
        exit $vm_failed
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
    need_root
    [[ $(uname -m) == x86_64 ]] || die "there is a virtual machine on x86-64 only"
    need_tools qemu-system-x86_64=qemu-system-x86 mkfs.ext4=e2fsprogs setpriv=util-linux
    need_space "$LAB_STATES"
    ensure_root_layers "$vm_suite"
    [[ -s $(vm_disk) ]] || locked "$LAB_CACHE/vm/lock" make_vm_disk
    local name
    for name in "${lab_images[@]}"; do ensure_image "$name"; done
}

make_vm_disk() { # (its lock is held)
    local disk
    disk=$(vm_disk)
    [[ ! -s $disk ]] || return 0
    rm -f "$LAB_CACHE"/vm/*.img*
    say "making the disk of the virtual machine (once)"
    make_file_system "$disk.new" "$(root_layers "$vm_suite")" >"$LAB_CACHE/vm/log" 2>&1 ||
        die "making the disk of the virtual machine failed: $(tail -n 1 "$LAB_CACHE/vm/log")"
    mv "$disk.new" "$disk"
}

make_file_system() { # FILE TREE[:TREE]: what is mounted in the trees goes along
    truncate -s 16G "$1"
    unshare --mount --propagation private bash -euc '
        mount -t tmpfs tmpfs /mnt
        if [[ $2 == *:* ]]; then
            mkdir /mnt/tree
            mount -t overlay overlay -o "lowerdir=$2" /mnt/tree
            set -- "$1" /mnt/tree
        fi
        mkfs.ext4 -q -F -m 0 -O ^has_journal -d "$2" "$1"' - "$1" "$2" </dev/null
}

pack_vm() { # DIRECTORY COMMAND…: what the command needs, on a disk
    local work=$1 name; shift
    (
        vm_root=$work/root
        mkdir -p "$vm_root"/{repo,cache/images,state}
        install -m 755 "$LAB_DIR/host/vm" "$vm_root/init"
        { printf '#!/bin/bash\ncd /lab/repo\nexec'; printf ' %q' "$@"; echo; } >"$vm_root/command"
        { declare -p | grep -E '^declare -x (DOCKER_MIGRATOR_|TERM=)' || true
          echo "root_tree=$(basename "$(root_tree trixie)")"; } >"$vm_root/environment"
        for name in "${lab_images[@]}"; do cp "$(image_archive "$name")" "$vm_root/cache/images/"; done
        dotnet=$(command -v dotnet) && dotnet=$(dirname "$(readlink -f "$dotnet")") || dotnet=
        export vm_root dotnet LAB_REPO
        exec unshare --mount --propagation private bash -euc '
            bring() { [[ ! -e $1 ]] || { mkdir -p "$2"; mount --bind "$1" "$2"; }; }
            touch "$vm_root/repo/docker-migrator.slnx"
            bring "$LAB_REPO/lab" "$vm_root/repo/lab"
            bring "$LAB_REPO/artifacts/bin" "$vm_root/repo/artifacts/bin"
            for tests in "$LAB_REPO"/test/*/bin/Debug; do bring "$tests" "$vm_root/repo/${tests#"$LAB_REPO"/}"; done
            if [[ -n $dotnet ]]; then
                bring "$dotnet/host" "$vm_root/dotnet/host"
                bring "$dotnet/shared/Microsoft.NETCore.App" "$vm_root/dotnet/shared/Microsoft.NETCore.App"
            fi
            truncate -s 24G "$1/disk.img"
            mkfs.ext4 -q -F -m 0 -O ^has_journal -d "$vm_root" "$1/disk.img"' - "$work"
    ) </dev/null
    rm -rf --one-file-system "$work/root"
}

boot_vm() { # DIRECTORY
    local work=$1 boot arguments
    # The clock counts instructions, so that time limits in the machine do not depend on how busy this one is.
    boot=$(addition_layer "$vm_suite")/boot
    arguments=(
        -nodefaults -no-user-config -display none -no-reboot
        -accel "tcg,tb-size=1024" -icount shift=0,sleep=off -cpu max,la57=off -smp 2 -m "$vm_memory"
        -kernel "$boot"/vmlinuz-* -initrd "$boot"/initrd.img-*
        -append "root=/dev/vda rw init=/usr/sbin/lab-vm console=ttyS0 panic=-1 mitigations=off apparmor=0 nowatchdog rcupdate.rcu_cpu_stall_suppress=1"
        -drive "file=$(vm_disk),format=raw,if=virtio,snapshot=on"
        -drive "file=$work/disk.img,format=raw,if=virtio,cache=unsafe"
        -serial "file:$work/console.log" -chardev stdio,id=output,signal=off -serial chardev:output -serial "file:$work/status"
        -device virtio-rng-pci
    )
    # Each dies with the one that started it.
    TMPDIR=$work setpriv --pdeathsig KILL timeout "$vm_limit" \
        setpriv --pdeathsig KILL nice -n "${VM_NICE:-10}" qemu-system-x86_64 "${arguments[@]}" </dev/null & vm_qemu=$!
    wait "$vm_qemu" || true
    vm_qemu=
}
