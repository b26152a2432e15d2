# Who knows whom: names, keys and host keys of all hosts of a lab and of the machine.
# All keys are the lab's own; the machine's ~/.ssh is not touched.

make_key() { # FILE COMMENT
    [[ -s $1 ]] || { mkdir -p "$(dirname "$1")" && ssh-keygen -q -t ed25519 -N '' -C "$2" -f "$1"; }
}

make_host_keys() { # HOST
    make_key "$LAB_STATE/ssh/id_ed25519" "root@machine"
    make_key "$(host_state "$1")/ssh/host" "root@$1"
    make_key "$(host_state "$1")/ssh/user" "root@$1"
}

# Tells every host (running or about to) and the machine about all of them. The lab's lock is held.
introduce_hosts() {
    local name ip root hosts=$LAB_STATE/ssh/hosts known=$LAB_STATE/ssh/known_hosts allowed=$LAB_STATE/ssh/authorized_keys
    printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n%s.254 machine\n' "$(subnet)" >"$hosts"
    cp "$LAB_STATE/ssh/id_ed25519.pub" "$allowed"
    : >"$known"
    for name in $(host_names); do
        [[ -s $(host_state "$name")/ssh/user.pub ]] || continue
        ip=$(host_ip "$name")
        printf '%s %s\n' "$ip" "$name" >>"$hosts"
        printf '%s,%s %s\n' "$name" "$ip" "$(cut -d' ' -f1,2 "$(host_state "$name")/ssh/host.pub")" >>"$known"
        cat "$(host_state "$name")/ssh/user.pub" >>"$allowed"
    done
    {
        for name in $(host_names); do
            printf 'Host %s\n    HostName %s\n    HostKeyAlias %s\n' "$name" "$(host_ip "$name")" "$name"
        done
        printf 'Host *\n    User root\n    IdentityFile %s\n    IdentitiesOnly yes\n' "$LAB_STATE/ssh/id_ed25519"
        printf '    UserKnownHostsFile %s\n    GlobalKnownHostsFile none\n    StrictHostKeyChecking yes\n' "$known"
        printf '    GSSAPIAuthentication no\n    LogLevel ERROR\n'
    } >"$LAB_STATE/ssh/config"

    for name in $(host_names); do
        if root=$(host_pid "$name"); then
            root=/proc/$root/root
        elif [[ -d $(host_state "$name")/upper ]]; then
            root=$(host_state "$name")/upper
        else
            continue
        fi
        mkdir -p "$root/etc/ssh" "$root/root/.ssh"
        chmod 700 "$root/root/.ssh"
        cat "$hosts" >"$root/etc/hosts"
        cat "$known" >"$root/etc/ssh/ssh_known_hosts"
        cat "$allowed" >"$root/root/.ssh/authorized_keys"
    done 2>/dev/null || true
}

install_host_keys() { # HOST: into the upper directory of a host that does not run yet
    local state upper
    state=$(host_state "$1")
    upper=$state/upper
    mkdir -p "$upper/etc/ssh/sshd_config.d" "$upper/etc/ssh/ssh_config.d" "$upper/root/.ssh"
    chmod 700 "$upper/root" "$upper/root/.ssh"
    install -m 600 "$state/ssh/host" "$upper/etc/ssh/ssh_host_ed25519_key"
    install -m 644 "$state/ssh/host.pub" "$upper/etc/ssh/ssh_host_ed25519_key.pub"
    install -m 600 "$state/ssh/user" "$upper/root/.ssh/id_ed25519"
    install -m 644 "$state/ssh/user.pub" "$upper/root/.ssh/id_ed25519.pub"
    cat >"$upper/etc/ssh/sshd_config.d/lab.conf" <<-'END'
	HostKey /etc/ssh/ssh_host_ed25519_key
	PermitRootLogin prohibit-password
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	UsePAM no
	UseDNS no
	PrintMotd no
	MaxStartups 200
	MaxSessions 100
	PerSourcePenalties no
	END
    printf 'GSSAPIAuthentication no\nStrictHostKeyChecking yes\n' >"$upper/etc/ssh/ssh_config.d/lab.conf"
}
