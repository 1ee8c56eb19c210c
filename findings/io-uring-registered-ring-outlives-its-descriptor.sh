#!/bin/sh
# An io_uring whose descriptor was registered (IORING_REGISTER_RING_FDS) is not gone when it is closed: what is under way on
# it goes on, and the peer of a closed socket does not see an end.
#
# A registered ring saves a look-up in each io_uring_enter(); the registration belongs to the thread. Closing the ring's
# descriptor and unmapping its memory frees a usual ring and cancels its receives, after which close() of their sockets
# sends the end. With the registration left alone the ring lives on as long as the thread does, with it the receive, with
# that the socket: no descriptor shows it, and the peer waits. IORING_UNREGISTER_RING_FDS before the close is what it takes,
# from the thread that registered. A thread can have 16 of them.
#
# Seen on Linux 6.18 (registered rings are there since 5.18). Source: io_ringfd_register() and io_uring_unreg_ringfd() in
# io_uring/tctx.c.
# Needs gcc and the kernel's headers (Debian: gcc libc6-dev linux-libc-dev), and a kernel that permits io_uring.
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/outlives.c" <<'C'
#include <arpa/inet.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static int listener;
static struct sockaddr_in address;

/* Closes a ring and the socket that it receives of. How many ms later the peer sees the end: -1 if not in two seconds. */
static int end_after(int registered, int given_back) {
    int peer = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(peer, (struct sockaddr *) &address, sizeof address)) {
        perror("connect");
        exit(2);
    }
    int fd = accept(listener, 0, 0);
    struct io_uring_params params;
    memset(&params, 0, sizeof params);
    int ring = syscall(SYS_io_uring_setup, 8, &params);
    if (ring < 0) {
        perror("io_uring_setup");
        exit(2);
    }
    size_t size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
    char *sq = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    struct io_uring_sqe *sqes = mmap(0, params.sq_entries * sizeof *sqes, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
    struct io_uring_rsrc_update update = {.offset = -1U, .data = ring};
    if (registered && syscall(SYS_io_uring_register, ring, IORING_REGISTER_RING_FDS, &update, 1) != 1) {
        perror("IORING_REGISTER_RING_FDS");
        exit(2);
    }
    static char byte;
    memset(sqes, 0, sizeof *sqes);
    sqes->opcode = IORING_OP_RECV;
    sqes->fd = fd;
    sqes->addr = (unsigned long) &byte;
    sqes->len = 1;
    *(unsigned *) (sq + params.sq_off.array) = 0;
    __atomic_store_n((unsigned *) (sq + params.sq_off.tail), 1, __ATOMIC_RELEASE);
    int entered = registered
            ? syscall(SYS_io_uring_enter, update.offset, 1, 0, IORING_ENTER_REGISTERED_RING, 0, 0)
            : syscall(SYS_io_uring_enter, ring, 1, 0, 0, 0, 0);
    if (entered != 1) {
        perror("io_uring_enter");
        exit(2);
    }
    munmap(sqes, params.sq_entries * sizeof *sqes);
    munmap(sq, size);
    if (given_back) {
        struct io_uring_rsrc_update back = {.offset = update.offset};
        if (syscall(SYS_io_uring_register, ring, IORING_UNREGISTER_RING_FDS, &back, 1) != 1) {
            perror("IORING_UNREGISTER_RING_FDS");
            exit(2);
        }
    }
    close(ring);
    close(fd);
    struct pollfd end = {.fd = peer, .events = POLLIN};
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    int ended = poll(&end, 1, 2000);
    clock_gettime(CLOCK_MONOTONIC, &now);
    close(peer);
    return ended == 1 ? (int) ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000) : -1;
}

static int tell(const char *what, int millis) {
    if (millis < 0) {
        printf("%s: the peer sees no end in two seconds\n", what);
    } else {
        printf("%s: the peer sees the end at once\n", what);
    }
    return millis;
}

int main(void) {
    struct utsname system;
    uname(&system);
    printf("%s %d.%d\n", system.sysname, atoi(system.release), atoi(strchr(system.release, '.') + 1));
    listener = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *) &address, length) || listen(listener, 8)
            || getsockname(listener, (struct sockaddr *) &address, &length)) {
        perror("listen");
        return 2;
    }
    int plain = tell("ring by its descriptor, all closed", end_after(0, 0));
    int registered = tell("registered ring, all closed", end_after(1, 0));
    int given_back = tell("registered ring, registration given back, all closed", end_after(1, 1));
    return !(plain >= 0 && registered < 0 && given_back >= 0);
}
C
gcc -O1 -Wall -o "$dir/outlives" "$dir/outlives.c"
"$dir/outlives"
