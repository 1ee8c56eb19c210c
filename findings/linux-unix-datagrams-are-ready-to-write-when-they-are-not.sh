#!/bin/sh
# A Unix datagram socket that is not connected is always ready to write on Linux, also when sendto() says that it would block: a loop that
# waits for room as it does with any other socket does not wait, and turns as fast as it can until the receiver reads.
#
# sendto() on a non-blocking one fails with EAGAIN as soon as eleven datagrams (net.unix.max_dgram_qlen, 10, and one) lie in the receiver's
# queue, whoever sent them. poll(2) says of POLLOUT that "writing is now possible"; but poll() and epoll do not know where the next datagram
# will go, and look at nothing but the sender's own buffer, which is empty if the queue is full of others' datagrams. Edge-triggered it is
# the other way round: when the receiver has read those and there is room, no edge comes. Of a connected socket poll() does ask the
# receiver's queue, and wakes up when it has room. To be told of a destination, one has to connect a socket to it; unix(7) tells of neither.
#
# Seen on Linux 6.18. Source: unix_dgram_poll() in net/unix/af_unix.c, which looks at the peer of a connected socket only; met by others
# too, https://github.com/bnoordhuis/node-unix-dgram/pull/12.
# Needs Linux and python3.
#
# Output seen (11 is max_dgram_qlen and one):
#   another sender fills the queue with 11 datagrams
#   sendto, not connected: EAGAIN; poll: ready to write; epoll: ready to write; edge when there is room: none
#   send, connected: EAGAIN; poll: not ready; epoll: not ready; edge when there is room: one
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/datagrams.py" <<'PY'
import os
import select
import socket
import sys


def fill(path):
    """Sends to path until its queue is full."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.setblocking(False)
        sent = 0
        try:
            while True:
                other.sendto(b"x", path)
                sent += 1
        except BlockingIOError:
            return sent


def would_block(send):
    try:
        send()
    except BlockingIOError:
        return True
    return False


def sender(path, connected):
    """What is told of a socket when the receiver's queue at path is full of others' datagrams, and then when it is empty."""
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(path)
    receiver.setblocking(False)
    with receiver, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.setblocking(False)
        if connected:
            s.connect(path)
        edges = select.epoll()
        edges.register(s, select.EPOLLOUT | select.EPOLLET)
        edges.poll(0)
        filled = fill(path)
        blocks = would_block(lambda: s.send(b"x") if connected else s.sendto(b"x", path))
        poll = select.poll()
        poll.register(s, select.POLLOUT)
        by_poll = bool(poll.poll(0))
        epoll = select.epoll()
        epoll.register(s, select.EPOLLOUT)
        by_epoll = bool(epoll.poll(0))
        edges.poll(0)
        for _ in range(filled):
            receiver.recv(1)
        edge = bool(edges.poll(0.2))
        ready = {True: "ready to write", False: "not ready"}
        if not connected:
            print(f"another sender fills the queue with {filled} datagrams")
        print(f"{'send, connected' if connected else 'sendto, not connected'}: {'EAGAIN' if blocks else 'sent'}; poll: {ready[by_poll]}; "
              f"epoll: {ready[by_epoll]}; edge when there is room: {'one' if edge else 'none'}")
        return blocks, by_poll, by_epoll, edge


free = sender(os.path.join(sys.argv[1], "free"), False)
connected = sender(os.path.join(sys.argv[1], "connected"), True)
sys.exit(0 if free == (True, True, True, False) and connected == (True, False, False, True) else 1)
PY
python3 "$dir/datagrams.py" "$dir"
