# The network of a lab: a switch (a bridge in a network namespace of its own, so that no packet
# filter of the machine sees its traffic) with a port for every host and one for the machine.
#
#   machine 10.213.X.254 ── uplink ┐
#   host 1  10.213.X.1   ── port1  ┼ br0      X: one a lab
#   host 2  10.213.X.2   ── port2  ┘

# Network namespaces; the dots, which no name has, keep lab `x-y` apart from host `y` of lab `x`.
net_prefix=dml.$LAB_NAME
machine_port=dml-$(sha256sum <<<"$LAB_NAME" | cut -c1-8)

host_netns() { printf '%s.%s' "$net_prefix" "$1"; } # HOST

subnet() { printf '10.213.%s' "$(<"$LAB_STATE/octet")"; }

host_number() { cat "$LAB_STATE/numbers/$1"; } # HOST
host_ip() { printf '%s.%s' "$(subnet)" "$(host_number "$1")"; } # HOST

netns_exists() { [[ -e /run/netns/$1 ]] && ip -n "$1" link show lo >/dev/null 2>&1; }

choose_octet() {
    local octet tries
    octet=$(( 16#$(sha256sum <<<"$LAB_NAME" | cut -c1-4) % 254 + 1 ))
    for (( tries = 0; tries < 254; tries++ )); do
        if [[ -z $(ip -4 route show root "10.213.$octet.0/24") ]]; then
            echo "$octet" >"$LAB_STATE/octet"
            return
        fi
        octet=$(( octet % 254 + 1 ))
    done
    die "no free subnet in 10.213.0.0/16"
}

ensure_switch() { # (the lock of all labs is held)
    if netns_exists "$net_prefix" && ip link show "$machine_port" >/dev/null 2>&1 && [[ -s $LAB_STATE/octet ]]; then
        return
    fi
    remove_switch
    [[ -s $LAB_STATE/octet ]] || choose_octet
    ip netns add "$net_prefix"
    ip -n "$net_prefix" -batch - <<-END
	link set lo up
	link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
	link set br0 up
	END
    ip link add "$machine_port" type veth peer name uplink netns "$net_prefix"
    ip -n "$net_prefix" link set uplink master br0 up
    ip address add "$(subnet).254/24" dev "$machine_port"
    ip link set "$machine_port" up
}

remove_switch() {
    ip link delete "$machine_port" 2>/dev/null || true
    remove_netns "$net_prefix"
}

remove_netns() {
    [[ ! -e /run/netns/$1 ]] || ip netns delete "$1" 2>/dev/null || rm -f "/run/netns/$1"
}

plug_host() { # HOST: its network namespace and the cable to the switch
    local netns number
    netns=$(host_netns "$1")
    number=$(host_number "$1")
    unplug_host "$1"
    ip netns add "$netns"
    ip -n "$net_prefix" link add "port$number" type veth \
        peer name eth0 address "02:d0:00:$(printf '%02x' "$(<"$LAB_STATE/octet")"):00:$(printf '%02x' "$number")" netns "$netns"
    ip -n "$net_prefix" link set "port$number" master br0 up
    ip -n "$netns" -batch - <<-END
	link set lo up
	address add $(host_ip "$1")/24 broadcast + dev eth0
	link set eth0 up
	END
}

unplug_host() { # HOST
    local number
    if number=$(host_number "$1" 2>/dev/null); then
        ip -n "$net_prefix" link delete "port$number" 2>/dev/null || true
    fi
    remove_netns "$(host_netns "$1")"
}
