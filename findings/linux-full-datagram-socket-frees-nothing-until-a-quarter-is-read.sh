#!/bin/sh
# A full UDP socket of Linux that has been read from drops what comes all the same, until a quarter of its buffer has been read: of 157
# datagrams 30 are taken out, 30 new ones come, and not one of them is kept. If 40 are taken out, 40 are kept.
#
# One expects that what is read leaves room for as much. To spare the counter that the sender's processor writes too, the reader keeps to
# itself what it has freed until that is a quarter of the buffer, or until there is nothing behind what it has already taken to its side.
# So at the limit losses come in runs: if two datagrams come for each that is read, it is not every other one that is lost, but 40 and more
# in a row, then none for as long. That breaks what counts on losses being apart (one parity packet for ten), and comes to who reads in
# small portions to be fair to his other sockets; who reads on until there is nothing has all of his room at once. It is a quarter of
# SO_RCVBUF: a larger buffer makes longer runs.
#
# Seen on Linux 6.18. Source: udp_rmem_release() in net/ipv4/udp.c (forward_deficit, forward_threshold), since 4.13, commit 6b229cf77d68,
# "udp: add batching to udp_rmem_release()".
# Needs python3.
#
# Output seen, with SO_RCVBUF 65536 and datagrams of one byte:
#   157 are kept
#   30 read, 30 more sent: 0 of them are kept
#   40 read, 40 more sent: 40 of them are kept
#   all read, 157 more sent: 157 of them are kept
#   1 read, 2 more sent, 400 times: the longest run without a loss is 40, the longest of losses 78
set -e
python3 - <<'PY'
import itertools
import socket
import sys


def full():
    """A socket with all the datagrams that it has room for, who sends to it, and how many they are."""
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    receiver.bind(("127.0.0.1", 0))
    receiver.setblocking(False)
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.connect(receiver.getsockname())
    for _ in range(2000):
        sender.send(b"-")
    return receiver, sender


def rest(receiver):
    read = []
    while True:
        try:
            read.append(receiver.recv(16))
        except BlockingIOError:
            return read


def kept(read):
    """How many of as many new ones are kept, when so many have been read."""
    receiver, sender = full()
    for _ in range(read):
        receiver.recv(16)
    for _ in range(read):
        sender.send(b"+")
    return rest(receiver).count(b"+")


room = len(rest(full()[0]))
print(room, "are kept")
little = kept(room * 19 // 100 + 1)
print(f"{room * 19 // 100 + 1} read, {room * 19 // 100 + 1} more sent: {little} of them are kept")
quarter = next(read for read in range(1, room) if kept(read))
print(f"{quarter} read, {quarter} more sent: {kept(quarter)} of them are kept")
print(f"all read, {room} more sent: {kept(room)} of them are kept")

receiver, sender = full()
seen = set()
for turn in range(400):
    seen.add(receiver.recv(16))
    sender.send(b"%d" % (2 * turn))
    sender.send(b"%d" % (2 * turn + 1))
seen.update(rest(receiver))
runs = {True: 0, False: 0}
for was, run in itertools.groupby(b"%d" % number in seen for number in range(800)):
    runs[was] = max(runs[was], len(list(run)))
print(f"1 read, 2 more sent, 400 times: the longest run without a loss is {runs[True]}, the longest of losses {runs[False]}")
sys.exit(0 if little == 0 and kept(quarter) == quarter and room * 0.22 < quarter < room * 0.3
         and kept(room) == room and runs[False] >= quarter else 1)
PY
