#!/bin/sh
# On Linux an edge-triggered EPOLLOUT comes each time the peer of a Unix-domain stream socket has read something, though there was room
# all the time. Over TCP it comes only after a send has found no room.
#
# epoll(7) says that EPOLLET "delivers events only when changes occur on the monitored file descriptor", and to be writable before and
# after is no change: over TCP, sockets behave so (tcp_check_space() asks for SOCK_NOSPACE, which only a send that found no room has
# set). At a path every buffer that the peer frees calls unix_write_space(), which wakes whoever waits for EPOLLOUT as soon as the socket
# is writable. So whoever adds a socket with EPOLLIN | EPOLLOUT | EPOLLET once and for all, as is usual, is woken for nothing by every
# message that its peer takes, and the wake-up is paid by the peer, inside its read.
#
# Seen on Linux 6.18. Source: unix_write_space() and unix_writable() in net/unix/af_unix.c, sock_wfree() in net/core/sock.c,
# tcp_check_space() in net/ipv4/tcp_input.c.
# Needs Linux and gcc, and nothing else.
#
# Printed:
#   1000 bytes sent and read one by one: EPOLLOUT reported 0 times over TCP, 1000 times over AF_UNIX
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/edge.c" <<'C'
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* How often epoll reports a socket that is always writable, while its peer takes one byte after the other. */
static int reports(int a, int b, unsigned events) {
    int epoll = epoll_create1(0), count = 0;
    struct epoll_event e = {.events = events};
    epoll_ctl(epoll, EPOLL_CTL_ADD, a, &e);
    epoll_wait(epoll, &e, 1, 0); /* writable at first */
    char byte = 'x';
    for (int i = 0; i < 1000; i++) {
        if (send(a, &byte, 1, 0) != 1 || recv(b, &byte, 1, 0) != 1) return -1;
        count += epoll_wait(epoll, &e, 1, 0);
    }
    close(a), close(b), close(epoll);
    return count;
}

int main(void) {
    int unix_pair[2], tcp[2], listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    bind(listener, (struct sockaddr *)&at, size);
    listen(listener, 1);
    getsockname(listener, (struct sockaddr *)&at, &size);
    tcp[0] = socket(AF_INET, SOCK_STREAM, 0);
    connect(tcp[0], (struct sockaddr *)&at, size);
    tcp[1] = accept(listener, NULL, NULL);
    socketpair(AF_UNIX, SOCK_STREAM, 0, unix_pair);
    int over_tcp = reports(tcp[0], tcp[1], EPOLLIN | EPOLLOUT | EPOLLET);
    int over_unix = reports(unix_pair[0], unix_pair[1], EPOLLIN | EPOLLOUT | EPOLLET);
    printf("1000 bytes sent and read one by one: EPOLLOUT reported %d times over TCP, %d times over AF_UNIX\n", over_tcp, over_unix);
    return over_tcp == 0 && over_unix == 1000 ? 0 : 1;
}
C
gcc -o "$dir/edge" "$dir/edge.c"
"$dir/edge"
