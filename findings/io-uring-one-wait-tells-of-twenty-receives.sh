#!/bin/sh
# With DEFER_TASKRUN one io_uring_enter() tells of twenty receives, however many are ready: unless it is told to wait for more.
#
# 300 receives are under way and the bytes of all have come. A usual ring has all completions before anybody asks. One that
# defers its work until the caller enters the kernel (IORING_SETUP_DEFER_TASKRUN, which is advised for loops) runs it in
# batches of twenty: with min_complete 0 or 1 each call brings exactly 20, and 15 calls are needed; with min_complete 300 one
# call brings all. So "wait for one, then tell all that is there" is not a whole round of what is ready, as it is with epoll,
# where the size of the batch is the caller's: a loop that decides something after such a round (who has been silent too long,
# say) has looked at twenty of its connections. Nothing in the ring says that there is more, unless it was made with
# IORING_SETUP_TASKRUN_FLAG.
#
# Seen on Linux 6.18. Source: IO_LOCAL_TW_DEFAULT_MAX and __io_run_local_work() in io_uring/io_uring.c.
# Needs gcc and the kernel's headers (Debian: gcc libc6-dev linux-libc-dev), and a kernel that permits io_uring.
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/twenty.c" <<'C'
#include <linux/io_uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
enum { SOCKETS = 300 };

static int ring;
static char *sq, *cq;
static struct io_uring_sqe *sqes;
static struct io_uring_params params;

static void open_ring(unsigned flags) {
    memset(&params, 0, sizeof params);
    params.flags = flags;
    ring = syscall(SYS_io_uring_setup, 512, &params);
    if (ring < 0) {
        perror("io_uring_setup");
        exit(2);
    }
    size_t size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
    sq = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    cq = sq; // both are one mapping since Linux 5.4
    sqes = mmap(0, params.sq_entries * sizeof *sqes, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
}

static void receive(int fd, char *into) {
    unsigned *tail = (unsigned *) (sq + params.sq_off.tail);
    unsigned index = *tail & *(unsigned *) (sq + params.sq_off.ring_mask);
    struct io_uring_sqe *sqe = &sqes[index];
    memset(sqe, 0, sizeof *sqe);
    sqe->opcode = IORING_OP_RECV;
    sqe->fd = fd;
    sqe->addr = (unsigned long) into;
    sqe->len = 1;
    ((unsigned *) (sq + params.sq_off.array))[index] = index;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
}

static unsigned told(void) {
    return __atomic_load_n((unsigned *) (cq + params.cq_off.tail), __ATOMIC_ACQUIRE);
}

/* How many calls it takes to hear of all receives, when the bytes of all are there; and of how many the first one tells. */
static int calls(unsigned flags, unsigned at_least, unsigned *first) {
    static int pairs[SOCKETS][2];
    static char bytes[SOCKETS];
    open_ring(flags);
    for (int i = 0; i < SOCKETS; i++) {
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i])) {
            perror("socketpair");
            exit(2);
        }
        receive(pairs[i][0], &bytes[i]);
    }
    syscall(SYS_io_uring_enter, ring, SOCKETS, 0, 0, 0, 0);
    for (int i = 0; i < SOCKETS; i++) {
        if (write(pairs[i][1], "x", 1) != 1) {
            exit(2);
        }
    }
    int calls = 0;
    *first = 0;
    while (told() < SOCKETS) {
        syscall(SYS_io_uring_enter, ring, 0, at_least, IORING_ENTER_GETEVENTS, 0, 0);
        if (calls++ == 0) {
            *first = told();
        }
    }
    for (int i = 0; i < SOCKETS; i++) {
        close(pairs[i][0]);
        close(pairs[i][1]);
    }
    close(ring);
    return calls;
}

int main(void) {
    struct utsname system;
    uname(&system);
    printf("%s %d.%d, %d sockets with a byte each\n", system.sysname, atoi(system.release), atoi(strchr(system.release, '.') + 1), SOCKETS);
    unsigned first, defer = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
    int usual = calls(0, 1, &first);
    printf("usual ring, wait for 1: %d calls, the first tells of %u\n", usual, first);
    int deferred = calls(defer, 1, &first);
    unsigned batch = first;
    printf("DEFER_TASKRUN, wait for 1: %d calls, the first tells of %u\n", deferred, first);
    int without = calls(defer, 0, &first);
    printf("DEFER_TASKRUN, wait for 0: %d calls, the first tells of %u\n", without, first);
    int many = calls(defer, SOCKETS, &first);
    printf("DEFER_TASKRUN, wait for 300: %d calls, the first tells of %u\n", many, first);
    return !(usual <= 1 && deferred == 15 && batch == 20 && many == 1);
}
C
gcc -O1 -Wall -o "$dir/twenty" "$dir/twenty.c"
"$dir/twenty"
