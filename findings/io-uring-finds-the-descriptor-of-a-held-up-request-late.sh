#!/bin/sh
# io_uring looks up the descriptor of a request that it holds up when the request begins, not when it is submitted: if the
# number was closed and opened again in between, it reads from the new file.
#
# io_uring_enter() has accepted both requests here, a barrier (NOP with IOSQE_IO_DRAIN) behind a read that waits, and behind
# that a read of descriptor 100. Then 100 is closed, as one may do with any descriptor whose read is under way, and given to
# another pipe. When the barrier falls, the read takes its bytes out of that other pipe. Without the barrier the same read
# keeps the pipe it was submitted for. The same is true of linked requests. It matters to whoever closes descriptors himself
# and does not wait for each completion first, as event loops do when they shut a ring down: the bytes of a stranger's socket
# go into a buffer that may be freed by then.
#
# Seen on Linux 6.18 (held-up requests find their file late since 5.19). Source: io_assign_file() in io_uring/io_uring.c, which
# is called when a request is issued.
# Needs gcc and the kernel's headers (Debian: gcc libc6-dev linux-libc-dev), and a kernel that permits io_uring.
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/late.c" <<'C'
#include <linux/io_uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

static int ring;
static char *sq, *cq;
static struct io_uring_sqe *sqes;
static struct io_uring_params params;

static void open_ring(void) {
    memset(&params, 0, sizeof params);
    ring = syscall(SYS_io_uring_setup, 8, &params);
    if (ring < 0) {
        perror("io_uring_setup");
        exit(2);
    }
    size_t size = 65536;
    sq = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    cq = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING);
    sqes = mmap(0, params.sq_entries * sizeof *sqes, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
}

static void submit(int opcode, int flags, int fd, void *buffer, int length) {
    unsigned *tail = (unsigned *) (sq + params.sq_off.tail);
    unsigned index = *tail & *(unsigned *) (sq + params.sq_off.ring_mask);
    struct io_uring_sqe *sqe = &sqes[index];
    memset(sqe, 0, sizeof *sqe);
    sqe->opcode = opcode;
    sqe->flags = flags;
    sqe->fd = fd;
    sqe->addr = (unsigned long) buffer;
    sqe->len = length;
    sqe->off = -1;
    ((unsigned *) (sq + params.sq_off.array))[index] = index;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, ring, 1, 0, 0, 0, 0) != 1) {
        perror("io_uring_enter");
        exit(2);
    }
}

static void await(unsigned completions) {
    while (__atomic_load_n((unsigned *) (cq + params.cq_off.tail), __ATOMIC_ACQUIRE) < completions) {
        syscall(SYS_io_uring_enter, ring, 0, completions, IORING_ENTER_GETEVENTS, 0, 0);
    }
}

static char read_100(int barrier) {
    int gate[2], mine[2], stranger[2];
    char opened, got = '-';
    if (pipe(gate) || pipe(mine) || pipe(stranger)) {
        exit(2);
    }
    open_ring();
    dup2(mine[0], 100);
    submit(IORING_OP_READ, 0, gate[0], &opened, 1);
    if (barrier) {
        submit(IORING_OP_NOP, IOSQE_IO_DRAIN, -1, 0, 0);
    }
    submit(IORING_OP_READ, 0, 100, &got, 1);
    close(100);
    dup2(stranger[0], 100);
    if (write(mine[1], "m", 1) != 1 || write(stranger[1], "s", 1) != 1 || write(gate[1], "g", 1) != 1) {
        exit(2);
    }
    await(barrier ? 3 : 2);
    close(100);
    close(ring);
    return got;
}

int main(void) {
    struct utsname system;
    uname(&system);
    printf("%s %d.%d\n", system.sysname, atoi(system.release), atoi(strchr(system.release, '.') + 1));
    char plain = read_100(0), held_up = read_100(1);
    printf("a read that is under way has read from: %s\n", plain == 'm' ? "the pipe it was submitted for" : "the other pipe");
    printf("a read that was held up has read from: %s\n", held_up == 's' ? "the other pipe" : "the pipe it was submitted for");
    return !(plain == 'm' && held_up == 's');
}
C
gcc -O1 -Wall -o "$dir/late" "$dir/late.c"
"$dir/late"
