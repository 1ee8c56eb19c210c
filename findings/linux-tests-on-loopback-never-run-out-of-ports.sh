#!/bin/sh
# On Linux a client that opens and closes connections one after the other runs out of ports against every address but those of loopback: with
# a hundred ports the hundred and first connect() to an address of the machine's own fails with EADDRNOTAVAIL, for a minute, while to
# 127.0.0.1 they go on without end. So a load test on loopback never shows what the first hour against another machine does.
#
# Who closes first keeps the pair of ports for 60 seconds (TIME-WAIT), and one expects that to count alike everywhere. But net.ipv4.tcp_tw_reuse
# is by default neither off nor on, it is 2: connect() may take the port of such a pair again after a second, if one of its addresses is in
# 127.0.0.0/8. Which device carries the packets does not matter, both addresses here are of the device lo. And this holds for connect()
# alone: a client that first binds its own address, with port 0 (as HttpClient.Builder.localAddress() of the JDK does), is given its port by
# bind(), which knows no reuse of that kind and no destination: it runs out on loopback as well, of all destinations at once, with
# EADDRINUSE. And it leaves nothing to others: connect() passes over a port that bind() has given, whatever its address is, also for the
# minute after the end, so that then no program can connect to any address. IP_BIND_ADDRESS_NO_PORT leaves the choice to connect().
#
# Seen on Linux 6.18. Source: tcp_twsk_unique() in net/ipv4/tcp_ipv4.c (reuse == 2, ipv4_is_loopback of either address),
# __inet_hash_connect() in net/ipv4/inet_hashtables.c (fastreuse >= 0); Documentation/networking/ip-sysctl.rst, tcp_tw_reuse: "2 - enable
# for loopback traffic only".
# Needs Linux, root (or unprivileged user namespaces), unshare, ip and python3; all is done in a network namespace of its own.
#
# Output seen, with 100 ports to choose from, 50 connections each 1.1 seconds (the second address is of the device lo too):
#   127.0.0.1, connect: 300 of 300
#   192.0.2.1, connect: 100 of 300, then EADDRNOTAVAIL
#   127.0.0.3, bind to port 0 with IP_BIND_ADDRESS_NO_PORT, connect: 300 of 300
#   127.0.0.2, bind to port 0, connect: 100 of 300, then EADDRINUSE
#   127.0.0.1, connect, as at first: 0 of 300, then EADDRNOTAVAIL
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/ports.py" <<'PY'
import errno
import socket
import sys
import time

COUNT = 300
IP_BIND_ADDRESS_NO_PORT = 24


def connections(address, name, prepare):
    """How many connections one after the other, each closed by the client first, are made of COUNT."""
    made = 0
    error = ""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((address, 7))
        server.listen()
        while made < COUNT:
            with socket.socket() as client:
                try:
                    prepare(client)
                    client.connect((address, 7))
                except OSError as e:
                    error = errno.errorcode[e.errno]
                    break
                accepted, _ = server.accept()
                client.shutdown(socket.SHUT_WR)
                with accepted:
                    accepted.recv(1)
                client.recv(1)
            made += 1
            if made % 50 == 0:
                time.sleep(1.1)
    print(f"{address}, {name}: {made} of {COUNT}{', then ' + error if error else ''}")
    return made, error


def late_bind(client):
    client.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
    client.bind(("127.0.0.3", 0))


seen = [
    connections("127.0.0.1", "connect", lambda client: None),
    connections("192.0.2.1", "connect", lambda client: None),
    connections("127.0.0.3", "bind to port 0 with IP_BIND_ADDRESS_NO_PORT, connect", late_bind),
    connections("127.0.0.2", "bind to port 0, connect", lambda client: client.bind(("127.0.0.2", 0))),
    connections("127.0.0.1", "connect, as at first", lambda client: None),
]
sys.exit(0 if seen == [(COUNT, ""), (100, "EADDRNOTAVAIL"), (COUNT, ""), (100, "EADDRINUSE"), (0, "EADDRNOTAVAIL")] else 1)
PY
unshare -rn sh -c 'ip link set lo up && ip address add 192.0.2.1/32 dev lo &&
    echo 40000 40099 > /proc/sys/net/ipv4/ip_local_port_range && python3 "$1"' - "$dir/ports.py"
