#!/bin/sh
# A multicast datagram with a TTL of 0 is to stay on its machine. On Linux it does so only if somebody on that machine has joined the group on
# the interface it is sent by; if nobody has, it goes out onto the link with its TTL of 0, and members on other machines receive it. So who
# tests with a listener on the sending machine sees the limit work, and in production, where the sender alone runs there, everybody hears.
# It is the same with IPv6 and IPV6_MULTICAST_HOPS 0.
#
# Who sends and who hears is decided where the route is made: only for groups that are joined the packet goes by the way that makes a copy for
# this machine, and the look at the TTL is on that way.
# IPv6 has a scope for that, the interface-local one of RFC 4291 (2.7): ff01::/16.
#
# Seen on Linux 6.18. Source: __mkroute_output() in net/ipv4/route.c (RTCF_LOCAL is taken off if ip_check_mc_rcu() finds no member), ip_mc_output()
# in net/ipv4/ip_output.c; ip6_finish_output2() in net/ipv6/ip6_output.c (hop_limit is looked at within ipv6_chk_mcast_addr()). The places are
# from memory; the behaviour is what is run here.
# Needs Linux, root (or unprivileged user namespaces), unshare, nsenter, ip and python3; all is done in two network namespaces of its own.
#
# Output seen:
#   IPv4, TTL 1, nobody here has joined: heard on the other machine
#   IPv4, TTL 0, nobody here has joined: heard on the other machine
#   IPv4, TTL 0, somebody here has joined: not heard on the other machine
#   IPv6, hop limit 0, nobody here has joined: heard on the other machine
#   IPv6, hop limit 0, somebody here has joined: not heard on the other machine
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/group.py" <<'PY'
"""Receives in the other namespace, or sends in this one and reads what the other has received."""
import selectors
import socket
import struct
import subprocess
import sys

GROUPS = {socket.AF_INET: "239.255.7.7", socket.AF_INET6: "ff02::7777"}
PORT = 7777


def joined(family, device):
    """A socket that has joined the group on that device."""
    member = socket.socket(family, socket.SOCK_DGRAM)
    index = socket.if_nametoindex(device)
    group = socket.inet_pton(family, GROUPS[family])
    if family == socket.AF_INET:
        member.bind(("", PORT))
        member.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group + struct.pack("=4si", b"\0" * 4, index))
    else:
        member.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        member.bind(("::", PORT))
        member.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group + struct.pack("=i", index))
    return member


def send(family, device, limit, word):
    """A datagram to the group by that device."""
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        index = socket.if_nametoindex(device)
        if family == socket.AF_INET:
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("=4s4si", b"\0" * 4, b"\0" * 4, index))
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, limit)
            sender.sendto(word, (GROUPS[family], PORT))
        else:
            sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
            sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, limit)
            sender.sendto(word, (GROUPS[family], PORT, 0, index))


def hear(device):
    """Prints each datagram of either family on a line of its own."""
    members = {family: joined(family, device) for family in GROUPS}
    print("ready", flush=True)
    with selectors.DefaultSelector() as selector:
        for member in members.values():
            selector.register(member, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                print(key.fileobj.recv(100).decode(), flush=True)


def heard(other, family, limit, word):
    """Whether the other machine hears it: what is sent after it with a limit of 1 always comes, and comes later."""
    send(family, "near", limit, word.encode())
    send(family, "near", 1, b"last")
    lines = []
    while not lines or lines[-1] != "last":
        lines.append(other.stdout.readline().strip())
    return lines[:-1] == [word]


def main():
    other = subprocess.Popen(sys.argv[1:] + [sys.executable, __file__], stdout=subprocess.PIPE, text=True)
    assert other.stdout.readline().strip() == "ready"
    seen = []

    def case(name, family, limit):
        result = heard(other, family, limit, "word")
        print(f"{name}: {'heard' if result else 'not heard'} on the other machine")
        seen.append(result)

    case("IPv4, TTL 1, nobody here has joined", socket.AF_INET, 1)
    case("IPv4, TTL 0, nobody here has joined", socket.AF_INET, 0)
    with joined(socket.AF_INET, "near"):
        case("IPv4, TTL 0, somebody here has joined", socket.AF_INET, 0)
    case("IPv6, hop limit 0, nobody here has joined", socket.AF_INET6, 0)
    with joined(socket.AF_INET6, "near"):
        case("IPv6, hop limit 0, somebody here has joined", socket.AF_INET6, 0)
    other.kill()
    sys.exit(0 if seen == [True, True, False, True, False] else 1)


if len(sys.argv) == 1:
    hear("far")
else:
    main()
PY
cat > "$dir/run.sh" <<'SH'
set -e
unshare -n sleep 60 & other=$!
trap 'kill $other' EXIT
until [ "$(readlink "/proc/$other/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do :; done
ip link set lo up
ip link add near type veth peer name far netns "$other"
ip addr add 192.0.2.1/24 dev near
ip addr add fd00:7::1/64 dev near nodad
ip link set near up
nsenter -t "$other" -n sh -c 'ip addr add 192.0.2.2/24 dev far; ip addr add fd00:7::2/64 dev far nodad; ip link set far up'
until ip -o link show near | grep -q 'state UP' && [ -z "$(ip -6 addr show tentative)" ] \
        && [ -z "$(nsenter -t "$other" -n ip -6 addr show tentative)" ]; do
    sleep 0.1
done
python3 "$1/group.py" nsenter -t "$other" -n
SH
if [ "$(id -u)" = 0 ]; then
    unshare -n sh "$dir/run.sh" "$dir"
else
    unshare -rn sh "$dir/run.sh" "$dir"
fi
