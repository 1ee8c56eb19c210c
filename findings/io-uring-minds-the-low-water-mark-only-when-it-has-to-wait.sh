#!/bin/sh
# A receive on io_uring minds SO_RCVLOWAT, "give me no less than four bytes", if nothing has come when it is submitted; if one byte is there
# already it is done with that one. It is the same request, and which of the two happens is a matter of a moment.
#
# For poll() and epoll the socket is ready when there are four. io_uring tries first, as one does with a socket that does not block, and such
# a receive knows no mark once there is anything; only if there is nothing it waits as poll() does, and then minds it. So the mark, by which
# one is woken once for a whole frame and not for its first byte, works in every test where the reader is there first, and fails under load,
# when the beginning of the next frame has come before the receive for it is submitted. To try only after it has waited, as it does with
# IORING_RECVSEND_POLL_FIRST, which is described as a matter of speed, makes it mind the mark always.
#
# Seen on Linux 6.18. Source: io_recv() in io_uring/net.c (MSG_DONTWAIT, then io_arm_poll_handler()), tcp_recvmsg_locked() in
# net/ipv4/tcp.c, which gives what there is if it may not block, and tcp_poll(), which asks for the mark; socket(7), SO_RCVLOWAT.
# Needs gcc and the kernel's headers (Debian: gcc libc6-dev linux-libc-dev), and a kernel that permits io_uring.
#
# Output seen, with a mark of four bytes:
#   poll(): one byte is there, not ready; four are there, ready
#   io_uring, one byte sent after it is submitted, then three: 4 bytes
#   io_uring, one byte sent before, then three: 1 bytes
#   io_uring that waits first, one byte sent before, then three: 4 bytes
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/mark.c" <<'C'
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int reader, writer;

static void check(int right, const char *what) {
    if (!right) {
        perror(what);
        exit(2);
    }
}

/* A connection whose reader wants no less than four bytes. */
static void connection(void) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int mark = 4, server = socket(AF_INET, SOCK_STREAM, 0);
    check(!bind(server, (struct sockaddr *) &at, size) && !listen(server, 1), "listen");
    check(!getsockname(server, (struct sockaddr *) &at, &size), "getsockname");
    writer = socket(AF_INET, SOCK_STREAM, 0);
    check(!connect(writer, (struct sockaddr *) &at, size), "connect");
    reader = accept(server, 0, 0);
    check(reader >= 0 && !setsockopt(reader, SOL_SOCKET, SO_RCVLOWAT, &mark, sizeof mark), "SO_RCVLOWAT");
    close(server);
}

/* Sends bytes, and waits until there are so many to read. */
static void send_bytes(int count, int in_all) {
    check(write(writer, "xxxx", count) == count, "write");
    for (int there = 0; there != in_all;) {
        check(!ioctl(reader, FIONREAD, &there), "FIONREAD");
    }
}

static int ready(void) {
    struct pollfd polled = {.fd = reader, .events = POLLIN};
    return poll(&polled, 1, 0);
}

/* How many bytes a receive brings when one has come before or after it was submitted, and three more when it had the time to take that. */
static int uring(int before, int first_waits) {
    static char bytes[16];
    struct io_uring_params params;
    connection();
    memset(&params, 0, sizeof params);
    int ring = syscall(SYS_io_uring_setup, 1, &params);
    check(ring >= 0, "io_uring_setup");
    size_t size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
    char *queues = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    struct io_uring_sqe *sqe = mmap(0, sizeof *sqe, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
    unsigned *told = (unsigned *) (queues + params.cq_off.tail);
    if (before) {
        send_bytes(1, 1);
    }
    memset(sqe, 0, sizeof *sqe);
    sqe->opcode = IORING_OP_RECV;
    sqe->ioprio = first_waits ? IORING_RECVSEND_POLL_FIRST : 0;
    sqe->fd = reader;
    sqe->addr = (unsigned long) bytes;
    sqe->len = sizeof bytes;
    ((unsigned *) (queues + params.sq_off.array))[0] = 0;
    __atomic_store_n((unsigned *) (queues + params.sq_off.tail), 1, __ATOMIC_RELEASE);
    check(syscall(SYS_io_uring_enter, ring, 1, 0, 0, 0, 0) == 1, "io_uring_enter");
    if (!before) {
        send_bytes(1, 1);
    }
    usleep(100000);
    if (__atomic_load_n(told, __ATOMIC_ACQUIRE) == 0) {
        check(write(writer, "xxx", 3) == 3, "write");
    }
    check(syscall(SYS_io_uring_enter, ring, 0, 1, IORING_ENTER_GETEVENTS, 0, 0) >= 0, "io_uring_enter");
    return ((struct io_uring_cqe *) (queues + params.cq_off.cqes))->res;
}

int main(void) {
    connection();
    send_bytes(1, 1);
    int one = ready();
    send_bytes(3, 4);
    int four = ready();
    printf("poll(): one byte is there, %s; four are there, %s\n", one ? "ready" : "not ready", four ? "ready" : "not ready");
    int after = uring(0, 0);
    printf("io_uring, one byte sent after it is submitted, then three: %d bytes\n", after);
    int before = uring(1, 0);
    printf("io_uring, one byte sent before, then three: %d bytes\n", before);
    int waits = uring(1, 1);
    printf("io_uring that waits first, one byte sent before, then three: %d bytes\n", waits);
    return !(one == 0 && four == 1 && after == 4 && before == 1 && waits == 4);
}
C
gcc -O1 -Wall -o "$dir/mark" "$dir/mark.c"
"$dir/mark"
