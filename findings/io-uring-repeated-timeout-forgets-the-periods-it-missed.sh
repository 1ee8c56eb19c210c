#!/bin/sh
# A repeated timeout of io_uring (IORING_TIMEOUT_MULTISHOT) is no clock: each period begins when the one before has been told of. A loop
# that was busy for twenty periods is told of one, where a timerfd says 20; and without any load it goes slower than asked for.
#
# io_uring_prep_timeout(3) says that "the request will return multiple timeout completions" and that the count is "the number of repeats".
# Timers that repeat by themselves, timerfd_settime() with an interval, setitimer() and timer_create(), count from the first
# expiration and tell how many there were. Here the timer is started anew, for the relative time, in the work that posts the completion:
# on a ring that defers its work until it is entered (IORING_SETUP_DEFER_TASKRUN, which is advised for loops) that is when the loop comes
# back, and each wake-up's delay is added to all that follow. An absolute time, which would not drift, is refused for repeated ones.
#
# Seen on Linux 6.18 (repeated timeouts are there since 6.4). Source: io_timeout_complete() in io_uring/timeout.c.
# Needs gcc and the kernel's headers (Debian: gcc libc6-dev linux-libc-dev), and a kernel that permits io_uring.
#
# Output seen:
#   busy for 20 periods of 20 ms: timerfd tells of 20, io_uring of 1
#   300 periods of 1 ms, waited for one by one: timerfd takes 300 ms, io_uring 362 ms
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/repeated.c" <<'C'
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#ifndef IORING_TIMEOUT_MULTISHOT
#define IORING_TIMEOUT_MULTISHOT (1U << 6)
#endif

static int ring, timer;
static char *shared;
static struct io_uring_params params;

static double millis(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void begin_ring(long nanos) {
    memset(&params, 0, sizeof params);
    params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE;
    params.cq_entries = 1024;
    ring = syscall(SYS_io_uring_setup, 8, &params);
    if (ring < 0) {
        perror("io_uring_setup");
        exit(2);
    }
    size_t size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
    shared = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    struct io_uring_sqe *sqe = mmap(0, params.sq_entries * sizeof *sqe, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
    struct __kernel_timespec period = {0, nanos};
    memset(sqe, 0, sizeof *sqe);
    sqe->opcode = IORING_OP_TIMEOUT;
    sqe->fd = -1;
    sqe->addr = (unsigned long) &period;
    sqe->len = 1;
    sqe->timeout_flags = IORING_TIMEOUT_MULTISHOT;
    *(unsigned *) (shared + params.sq_off.array) = 0;
    __atomic_store_n((unsigned *) (shared + params.sq_off.tail), 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, ring, 1, 0, 0, 0, 0) != 1) {
        perror("io_uring_enter");
        exit(2);
    }
}

static void begin_timer(long nanos) {
    struct itimerspec period = {{0, nanos}, {0, nanos}};
    timer = timerfd_create(CLOCK_MONOTONIC, 0);
    timerfd_settime(timer, 0, &period, NULL);
}

static unsigned told_by_ring(unsigned at_least) {
    do {
        syscall(SYS_io_uring_enter, ring, 0, at_least, IORING_ENTER_GETEVENTS, 0, 0);
    } while (__atomic_load_n((unsigned *) (shared + params.cq_off.tail), __ATOMIC_ACQUIRE) < at_least);
    return *(unsigned *) (shared + params.cq_off.tail);
}

static uint64_t told_by_timer(void) {
    uint64_t count;
    return read(timer, &count, sizeof count) == sizeof count ? count : 0;
}

int main(void) {
    begin_timer(20000000);
    begin_ring(20000000);
    for (double end = millis() + 410; millis() < end; ) {
        // busy
    }
    unsigned of_ring = told_by_ring(0);
    uint64_t of_timer = told_by_timer();
    printf("busy for 20 periods of 20 ms: timerfd tells of %llu, io_uring of %u\n", (unsigned long long) of_timer, of_ring);
    close(ring);
    close(timer);

    double begun = millis(), with_timer, with_ring;
    begin_timer(1000000);
    for (uint64_t count = 0; count < 300; count += told_by_timer()) {
        // one by one
    }
    with_timer = millis() - begun;
    begun = millis();
    begin_ring(1000000);
    for (unsigned count = 1; count <= 300; count++) {
        told_by_ring(count);
    }
    with_ring = millis() - begun;
    printf("300 periods of 1 ms, waited for one by one: timerfd takes %.0f ms, io_uring %.0f ms\n", with_timer, with_ring);
    return !(of_timer >= 20 && of_ring == 1 && with_ring > with_timer + 2);
}
C
gcc -O1 -Wall -o "$dir/repeated" "$dir/repeated.c"
"$dir/repeated"
