#!/bin/sh
# Over loopback, who has a small send buffer sends hundreds of times slower to a peer with a large receive buffer than to one with a small one.
#
# The segments of loopback hold 64 KiB. With SO_SNDBUF of 32 KiB (of which Linux makes 64) a sender has room for one of them: it hands
# out the next when the first was acknowledged. A receiver whose window is large acknowledges at once what comes in twos, and a single one
# after 40 ms; so each 64 KiB take 40 ms, however fast both sides are and whatever TCP_NODELAY says. One whose window is small
# answers each read with a window update, which acknowledges as well. So to give the receiver more room, the usual advice, is what makes it slow;
# more room for the sender (48 KiB) makes it fast again. Tests that make buffers small to see a writer stall take seconds for that.
#
# Seen on Linux 6.18, with reno, cubic and bbr (here it is reno). Source: __tcp_ack_snd_check() and tcp_delack_min in net/ipv4/tcp_input.c, tcp_cleanup_rbuf() in
# net/ipv4/tcp.c, SO_SNDBUF in socket(7), which says nothing of it.
# Needs gcc and the headers of libc (Debian: gcc libc6-dev).
#
# Printed, with times that differ:
#   4 MiB, send buffer 32 KiB, receive buffer  16 KiB:    4 ms
#   4 MiB, send buffer 32 KiB, receive buffer 128 KiB: 1330 ms
#   4 MiB, send buffer 48 KiB, receive buffer 128 KiB:    1 ms
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/buffers.c" <<'C'
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TOTAL = 4 << 20 };
static char bytes[TOTAL], got[65536];

static void *send_all(void *fd) {
    for (size_t sent = 0; sent < TOTAL; ) {
        ssize_t n = send(*(int *) fd, bytes + sent, TOTAL - sent, 0);
        if (n < 0) exit(2);
        sent += n;
    }
    close(*(int *) fd);
    return 0;
}

static double milliseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

/* How long it takes to read all that a peer sends as fast as it can, once it had to stop. */
static double transfer(int send_buffer, int receive_buffer) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    setsockopt(client, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(client, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
    if (bind(listener, (struct sockaddr *) &address, length) || listen(listener, 1)
            || getsockname(listener, (struct sockaddr *) &address, &length)
            || connect(client, (struct sockaddr *) &address, length)) {
        perror("a connection");
        exit(2);
    }
    int accepted = accept(listener, 0, 0);
    pthread_t sender;
    pthread_create(&sender, 0, send_all, &client);
    usleep(50000);
    double start = milliseconds();
    while (recv(accepted, got, sizeof got, 0) > 0) {}
    double taken = milliseconds() - start;
    pthread_join(sender, 0);
    close(accepted), close(listener);
    printf("4 MiB, send buffer %d KiB, receive buffer %3d KiB: %4.0f ms\n", send_buffer >> 10, receive_buffer >> 10, taken);
    return taken;
}

int main(void) {
    double small = transfer(32 << 10, 16 << 10), large = transfer(32 << 10, 128 << 10), roomy = transfer(48 << 10, 128 << 10);
    return !(large > 5 * small && large > 5 * roomy);
}
C
gcc -O1 -Wall -pthread -o "$dir/buffers" "$dir/buffers.c"
"$dir/buffers"
