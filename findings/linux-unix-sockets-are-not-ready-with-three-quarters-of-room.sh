#!/bin/sh
# On Linux a Unix-domain stream socket is ready to write, for poll and epoll, only while three quarters of its room are free. A send that
# poll would not allow succeeds hundreds of times; and who has waited for room is woken when it is nearly empty again.
#
# poll(2) says of POLLOUT that "writing is now possible", and one takes its absence for the opposite. TCP wants a third of its buffer free,
# a pipe one page. At a path, and for a socketpair, what lies unread at the peer counts against SO_SNDBUF, and the socket is writable if four
# times as much would fit. So a loop that asks before each write uses a quarter of the buffer it was given, one that writes until EAGAIN all
# of it, and then both wait until the reader has taken three quarters: writer and reader take turns instead of working at once. And each
# message counts with the kernel's own book-keeping, 768 bytes for one byte: of SO_SNDBUF's default, 212,992, 278 messages of a byte are all,
# where TCP takes millions and a pipe 65,536, and after 70 of them poll says no. Wake-ups of a loop are such messages. It takes four times the
# SO_SNDBUF for poll to allow what the default has room for.
#
# Seen on Linux 6.18 x86-64. Source: unix_writable() in net/unix/af_unix.c; sk_stream_is_writeable() in include/net/sock.h for TCP;
# SO_SNDBUF and its default in socket(7), which tell of neither.
# Needs Linux and python3; net.core.wmem_default is the kernel's own.
#
# Output seen, of the default SO_SNDBUF, 212992 (bytes of the message; bytes sent until poll says no, until EAGAIN; bytes read from then on
# until poll says yes):
#   1: 70, 278, 209
#   1000: 24000, 93000, 70000
#   4096: 45056, 180224, 139264
set -e
python3 - <<'PYTHON'
import select
import socket
import sys

def ready(poll):
    return bool(poll.poll(0))

def count(size):
    a, b = socket.socketpair()
    a.setblocking(False)
    poll = select.poll()
    poll.register(a, select.POLLOUT)
    sent, allowed, read = 0, None, 0
    try:
        while True:
            if allowed is None and not ready(poll):
                allowed = sent
            sent += a.send(b"x" * size)
    except BlockingIOError:
        pass
    while not ready(poll):
        read += len(b.recv(size))
    default = a.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    a.close()
    b.close()
    return default, allowed, sent, read

as_seen = True
for size in (1, 1000, 4096):
    default, allowed, sent, read = count(size)
    print(f"{size}: {allowed}, {sent}, {read}")
    as_seen &= 0.2 * sent < allowed < 0.3 * sent and 0.7 * sent < read < 0.8 * sent
    if size == 1 and default == 212992:
        as_seen &= (allowed, sent, read) == (70, 278, 209)
sys.exit(0 if as_seen else 1)
PYTHON
