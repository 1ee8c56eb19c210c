#!/bin/sh
# On io_uring a send that is submitted later overtakes a receive that is under way, and takes the reset away from it: the
# receive says "the end".
#
# The peer has sent four bytes and reset the connection, while a receive waits and before anybody enters the kernel again.
# If only receives are made, they say "bytes" and "Connection reset by peer". If a send is submitted with the very
# io_uring_enter() that would have told of the receive, the send comes first, as submissions are begun before deferred work
# is done, and the socket has one error to tell: the send gets it, the receive has the bytes, and the next receive an
# end, as if the peer had closed in good order. With readiness one reads before one writes; here the order of submission, the
# receive long before the send, does not help. Who tells a reset from an end has to remember the error of the send.
#
# Seen on Linux 6.18, each time. Source: io_submit_sqes() before io_run_local_work() in io_uring_enter(), io_uring/io_uring.c;
# sock_error() clears sk_err, include/net/sock.h.
# Needs gcc and the kernel's headers (Debian: gcc libc6-dev linux-libc-dev), and a kernel that permits io_uring.
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/overtakes.c" <<'C'
#include <arpa/inet.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

static int ring;
static char *shared;
static struct io_uring_sqe *sqes;
static struct io_uring_params params;
static unsigned queued;

static void open_ring(void) {
    memset(&params, 0, sizeof params);
    params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
    ring = syscall(SYS_io_uring_setup, 8, &params);
    if (ring < 0) {
        perror("io_uring_setup");
        exit(2);
    }
    size_t size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
    shared = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    sqes = mmap(0, params.sq_entries * sizeof *sqes, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
}

static void queue(int opcode, int fd, void *bytes, int length) {
    unsigned *tail = (unsigned *) (shared + params.sq_off.tail);
    unsigned index = *tail & *(unsigned *) (shared + params.sq_off.ring_mask);
    struct io_uring_sqe *sqe = &sqes[index];
    memset(sqe, 0, sizeof *sqe);
    sqe->opcode = opcode;
    sqe->fd = fd;
    sqe->addr = (unsigned long) bytes;
    sqe->len = length;
    sqe->msg_flags = MSG_NOSIGNAL;
    sqe->user_data = opcode;
    ((unsigned *) (shared + params.sq_off.array))[index] = index;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    queued++;
}

static int enter(int at_least) {
    int flags = at_least ? IORING_ENTER_GETEVENTS : 0;
    int entered = syscall(SYS_io_uring_enter, ring, queued, at_least, flags, 0, 0);
    queued = 0;
    return entered;
}

/* The result of the next completion, which it prints. */
static int next(void) {
    unsigned *head = (unsigned *) (shared + params.cq_off.head);
    while (__atomic_load_n((unsigned *) (shared + params.cq_off.tail), __ATOMIC_ACQUIRE) == *head) {
        enter(1);
    }
    struct io_uring_cqe *cqes = (struct io_uring_cqe *) (shared + params.cq_off.cqes);
    struct io_uring_cqe *cqe = &cqes[*head & *(unsigned *) (shared + params.cq_off.ring_mask)];
    int result = cqe->res;
    printf("  %s: %s\n", cqe->user_data == IORING_OP_RECV ? "receive" : "send",
            result < 0 ? strerror(-result) : result == 0 ? "the end" : "bytes");
    __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
    return result;
}

/* A receive is under way; the peer sends four bytes and resets. What comes after the bytes? */
static int after_the_bytes(int with_send) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), peer = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *) &address, length) || listen(listener, 8)
            || getsockname(listener, (struct sockaddr *) &address, &length)
            || connect(peer, (struct sockaddr *) &address, length)) {
        perror("a connection");
        exit(2);
    }
    int fd = accept(listener, 0, 0);
    open_ring();
    char bytes[16];
    queue(IORING_OP_RECV, fd, bytes, sizeof bytes);
    enter(0);
    struct linger reset = {1, 0};
    setsockopt(peer, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    if (write(peer, "last", 4) != 4) {
        exit(2);
    }
    close(peer);
    struct pollfd arrived = {.fd = fd};
    poll(&arrived, 1, 1000); // POLLERR needs no asking for
    if (with_send) {
        queue(IORING_OP_SEND, fd, "x", 1);
        next();
    }
    next();
    queue(IORING_OP_RECV, fd, bytes, sizeof bytes);
    int result = next();
    close(ring);
    close(fd);
    close(listener);
    return result;
}

int main(void) {
    struct utsname system;
    uname(&system);
    printf("%s %d.%d\n", system.sysname, atoi(system.release), atoi(strchr(system.release, '.') + 1));
    puts("receives only:");
    int alone = after_the_bytes(0);
    puts("a send, submitted while the receive was under way:");
    int with_send = after_the_bytes(1);
    return !(alone == -ECONNRESET && with_send == 0);
}
C
gcc -O1 -Wall -o "$dir/overtakes" "$dir/overtakes.c"
"$dir/overtakes"
