#!/bin/sh
# io_uring goes on to say that it holds work back for the caller (IORING_SQ_TASKRUN) when all of it is done and told: who enters the kernel
# until the flag is down, as it is there for, never waits again. Here 100,000 calls bring nothing, and it is up still.
#
# A ring that defers its work (IORING_SETUP_DEFER_TASKRUN) raises the flag, if it was asked to (IORING_SETUP_TASKRUN_FLAG), when there is a
# first thing to run, and takes it down once, before it begins to run. What comes in while it runs raises it again, and if the call waits
# for more than it has, that is run in the same call, in a second round, which does not take it down. With nothing left to run the next
# call does not begin to; so the flag stays until there is other work, and a request that is done at once, a NOP, is none.
# Any completion in between does it, from another processor as well, and then it is a race. It is none with two linked requests: that the
# first is done makes the second work to be run. Waiting for both leaves the flag up; waiting for one, and then for the other, does not.
# So the flag can be believed when it is down; when it is up, one call is worth it, and one that told of nothing is the answer.
#
# Seen on Linux 6.18. Source: __io_run_local_work(), io_run_local_work_continue() and io_req_local_work_add() in io_uring/io_uring.c;
# io_uring_setup(2), "a kernel transition would be needed to run it", as liburing's io_uring_peek_cqe() and io_uring_submit() take it.
# Needs gcc and the kernel's headers (Debian: gcc libc6-dev linux-libc-dev), and a kernel that permits io_uring.
#
# Output seen:
#   Linux 6.18, a receive and what is linked to it
#   waits for one, then for the next: 2 told, the flag is down
#   waits for both: 2 told, the flag is up
#   after 100000 calls: 2 told, the flag is up
#   after another request that is done at once: 3 told, the flag is up
#   after another receive: 4 told, the flag is down
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/flag.c" <<'C'
#include <linux/io_uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

static int ring, pair[2];
static char *sq, *cq, byte;
static struct io_uring_sqe *sqes;
static struct io_uring_params params;

static void open_ring(void) {
    memset(&params, 0, sizeof params);
    params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG;
    ring = syscall(SYS_io_uring_setup, 8, &params);
    if (ring < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) {
        perror("io_uring_setup or socketpair");
        exit(2);
    }
    size_t size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
    sq = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    cq = sq; // both are one mapping since Linux 5.4
    sqes = mmap(0, params.sq_entries * sizeof *sqes, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
}

static struct io_uring_sqe *request(int opcode) {
    unsigned *tail = (unsigned *) (sq + params.sq_off.tail);
    unsigned index = *tail & *(unsigned *) (sq + params.sq_off.ring_mask);
    struct io_uring_sqe *sqe = &sqes[index];
    memset(sqe, 0, sizeof *sqe);
    sqe->opcode = opcode;
    ((unsigned *) (sq + params.sq_off.array))[index] = index;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    return sqe;
}

static struct io_uring_sqe *receive(void) {
    struct io_uring_sqe *sqe = request(IORING_OP_RECV);
    sqe->fd = pair[0];
    sqe->addr = (unsigned long) &byte;
    sqe->len = 1;
    return sqe;
}

static void enter(unsigned submit, unsigned at_least) {
    syscall(SYS_io_uring_enter, ring, submit, at_least, IORING_ENTER_GETEVENTS, 0, 0);
}

static void send_byte(void) {
    if (write(pair[1], "x", 1) != 1) {
        exit(2);
    }
}

static unsigned told(void) {
    return __atomic_load_n((unsigned *) (cq + params.cq_off.tail), __ATOMIC_ACQUIRE);
}

static int up(void) {
    return !!(__atomic_load_n((unsigned *) (sq + params.sq_off.flags), __ATOMIC_ACQUIRE) & IORING_SQ_TASKRUN);
}

static int state(const char *when, unsigned expected) {
    printf("%s: %u told, the flag is %s\n", when, told(), up() ? "up" : "down");
    return told() == expected ? up() : -1;
}

/* A receive is under way, with a request linked to it, and its byte has come: the flag is up, and there is work. */
static void begin(void) {
    open_ring();
    receive()->flags = IOSQE_IO_LINK;
    request(IORING_OP_NOP);
    enter(2, 0);
    if (up()) {
        exit(2);
    }
    send_byte();
    if (!up()) {
        exit(2);
    }
}

int main(void) {
    struct utsname system;
    uname(&system);
    printf("%s %d.%d, a receive and what is linked to it\n", system.sysname, atoi(system.release), atoi(strchr(system.release, '.') + 1));
    begin();
    enter(0, 1);
    enter(0, 2);
    int apart = state("waits for one, then for the next", 2);

    begin();
    enter(0, 2);
    int both = state("waits for both", 2);
    int calls = 0;
    for (; up() && calls < 100000; calls++) {
        enter(0, 0);
    }
    char after[40];
    sprintf(after, "after %d calls", calls);
    int vain = state(after, 2);
    request(IORING_OP_NOP);
    enter(1, 3);
    int nop = state("after another request that is done at once", 3);
    receive();
    enter(1, 0);
    send_byte();
    enter(0, 4);
    int other = state("after another receive", 4);
    return !(apart == 0 && both == 1 && vain == 1 && calls == 100000 && nop == 1 && other == 0);
}
C
gcc -O1 -Wall -o "$dir/flag" "$dir/flag.c"
"$dir/flag"
