#!/bin/sh
# The close that io_uring is asked for, IORING_OP_CLOSE, lingers as close() does, and does so while it is submitted: io_uring_enter(), told
# to wait for nothing, comes back after the whole SO_LINGER time of a non-blocking socket whose peer does not read, and the loop has stood
# still.
#
# An operation of a ring is expected to be begun, and its completion to come later. But a socket's file has nothing that io_uring would take
# for blocking (f_op->flush), so the last reference is dropped by the thread that submits, and on Linux that waits whatever O_NONBLOCK says,
# where textbooks (Stevens) and other systems have EWOULDBLOCK. Only IOSQE_ASYNC leaves it to a worker. So it does not help to close through
# the ring in order to have the loop go on; and all the requests that were submitted behind it begin after it. A close of what is not the
# last descriptor does not wait; nor does shutdown(), of which socket(7) says that it does. Of linger times only 0, which resets, is without
# danger in a loop.
#
# Seen on Linux 6.18. Source: io_close() in io_uring/openclose.c; inet_release() in net/ipv4/af_inet.c; SO_LINGER in socket(7). That close()
# waits on a non-blocking socket is told in https://www.nybek.com/blog/2015/04/29/so_linger-on-non-blocking-sockets/.
# Needs gcc and the kernel's headers (Debian: gcc libc6-dev linux-libc-dev), and a kernel that permits io_uring.
#
# Output seen, of a linger time of 1 s and a peer that does not read (ms differ by a little):
#   shutdown: 0 ms
#   close, not the last descriptor: 0 ms
#   close: 1008 ms
#   io_uring, close: submitted after 1019 ms
#   io_uring, close with IOSQE_ASYNC: submitted after 0 ms
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/linger.c" <<'C'
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char bytes[65536];
static int listener, peer;

static double milliseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

/* A non-blocking socket that lingers for a second, with bytes that its peer does not read. */
static int full_socket(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int client = socket(AF_INET, SOCK_STREAM, 0), small = 4096;
    struct linger second = {1, 1};
    listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    if (bind(listener, (struct sockaddr *) &address, length) || listen(listener, 1)
            || getsockname(listener, (struct sockaddr *) &address, &length)
            || connect(client, (struct sockaddr *) &address, length) || (peer = accept(listener, 0, 0)) < 0
            || fcntl(client, F_SETFL, O_NONBLOCK) || setsockopt(client, SOL_SOCKET, SO_LINGER, &second, sizeof second)) {
        perror("a connection");
        exit(2);
    }
    while (send(client, bytes, sizeof bytes, 0) > 0) {}
    return client;
}

static double told(const char *what, double start) {
    double taken = milliseconds() - start;
    printf("%s %.0f ms\n", what, taken);
    close(peer), close(listener);
    return taken;
}

/* How long it takes to submit the close of a socket, and not to wait for anything. */
static double submit_close(const char *what, unsigned char flags) {
    struct io_uring_params params;
    memset(&params, 0, sizeof params);
    int ring = syscall(SYS_io_uring_setup, 8, &params), fd = full_socket();
    if (ring < 0) {
        perror("io_uring_setup");
        exit(2);
    }
    size_t size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
    char *sq = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    struct io_uring_sqe *sqe = mmap(0, params.sq_entries * sizeof *sqe, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
    memset(sqe, 0, sizeof *sqe);
    sqe->opcode = IORING_OP_CLOSE;
    sqe->fd = fd;
    sqe->flags = flags;
    ((unsigned *) (sq + params.sq_off.array))[0] = 0;
    __atomic_store_n((unsigned *) (sq + params.sq_off.tail), 1, __ATOMIC_RELEASE);
    double start = milliseconds();
    syscall(SYS_io_uring_enter, ring, 1, 0, 0, 0, 0);
    double taken = told(what, start);
    close(ring);
    return taken;
}

int main(void) {
    int fd = full_socket();
    double start = milliseconds();
    shutdown(fd, SHUT_WR);
    double half = told("shutdown:", start);
    fd = full_socket();
    int last = dup(fd);
    start = milliseconds();
    close(fd);
    double first = milliseconds() - start;
    printf("close, not the last descriptor: %.0f ms\n", first);
    start = milliseconds();
    close(last);
    double whole = told("close:", start);
    double submitted = submit_close("io_uring, close: submitted after", 0);
    double asynchronous = submit_close("io_uring, close with IOSQE_ASYNC: submitted after", IOSQE_ASYNC);
    return !(half < 500 && first < 500 && whole > 900 && submitted > 900 && asynchronous < 500);
}
C
gcc -O1 -Wall -o "$dir/linger" "$dir/linger.c"
"$dir/linger"
