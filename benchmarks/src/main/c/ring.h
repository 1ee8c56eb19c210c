/*
 * An io_uring by system calls, without liburing: for one thread, which alone submits and does the ring's deferred work, with its
 * own descriptor registered. Buffers for what is received lie in a ring that the kernel takes them from, each used up piece by
 * piece. Needs Linux 6.12.
 */
#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

/* What headers older than the kernel do not have. */
enum { SETUP_NO_SQARRAY = 1 << 16, BUFFERS_INCREMENTAL = 2, CQE_BUFFER_GOES_ON = 1 << 4 };

enum { SUBMISSIONS = 1024, COMPLETIONS = 4096, BUFFERS = 4, BUFFER_SIZE = 64 * 1024, GROUP = 0 };

static struct {
    unsigned number; /* among the registered rings of this thread */
    unsigned *sq_tail, *cq_head, *cq_tail;
    struct io_uring_sqe *sqes;
    struct io_uring_cqe *cqes;
    unsigned filled, submitted, seen; /* submissions made, those the kernel has, completions taken */
    struct io_uring_buf_ring *ready;
    uint16_t given;
    char *buffer[BUFFERS];
    uint32_t used[BUFFERS]; /* the kernel does not tell where in a buffer it has gone on: it follows from the order */
} ring;

static long ring_register(int fd, unsigned what, void *argument, unsigned count) {
    return syscall(__NR_io_uring_register, fd, what, argument, count);
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void ring_give(unsigned buffer) {
    struct io_uring_buf *place = &ring.ready->bufs[ring.given++ & (BUFFERS - 1)];
    place->addr = (uintptr_t)ring.buffer[buffer];
    place->len = BUFFER_SIZE;
    place->bid = (uint16_t)buffer;
    ring.used[buffer] = 0;
    __atomic_store_n(&ring.ready->tail, ring.given, __ATOMIC_RELEASE);
}

static void *map(int fd, size_t bytes, off_t what) {
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED | MAP_POPULATE, fd, what);
    if (at == MAP_FAILED) fail("mmap");
    return at;
}

static void ring_provide_buffers(int fd) {
    struct { uint64_t address; uint32_t entries; uint16_t group, flags; uint64_t rest[3]; } buffers =
        {.entries = BUFFERS, .group = GROUP, .flags = BUFFERS_INCREMENTAL};
    ring.ready = map(-1, BUFFERS * sizeof(struct io_uring_buf), 0);
    buffers.address = (uintptr_t)ring.ready;
    if (ring_register(fd, IORING_REGISTER_PBUF_RING, &buffers, 1) < 0) fail("io_uring's incremental buffers");
    char *memory = map(-1, BUFFERS * BUFFER_SIZE, 0);
    for (unsigned i = 0; i < BUFFERS; i++) {
        ring.buffer[i] = memory + i * BUFFER_SIZE;
        ring_give(i);
    }
}

/* Accepted sockets get no descriptor of the process but a place in a table of this size, which saves looking them up. */
static void ring_open(unsigned sockets) {
    struct io_uring_params p = {.cq_entries = COMPLETIONS,
        .flags = IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | SETUP_NO_SQARRAY};
    int fd = (int)syscall(__NR_io_uring_setup, SUBMISSIONS, &p);
    if (fd < 0) fail("io_uring_setup");
    size_t entries = p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe);
    char *queues = map(fd, entries, IORING_OFF_SQ_RING); /* both, and no array of indices */
    ring.sqes = map(fd, p.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
    ring.sq_tail = (unsigned *)(queues + p.sq_off.tail);
    ring.cq_head = (unsigned *)(queues + p.cq_off.head);
    ring.cq_tail = (unsigned *)(queues + p.cq_off.tail);
    ring.cqes = (struct io_uring_cqe *)(queues + p.cq_off.cqes);
    struct io_uring_rsrc_register files = {.nr = sockets, .flags = IORING_RSRC_REGISTER_SPARSE};
    if (ring_register(fd, IORING_REGISTER_FILES2, &files, sizeof files) < 0) fail("io_uring's files");
    ring_provide_buffers(fd);
    struct io_uring_rsrc_update self = {.offset = -1U, .data = (uint64_t)fd};
    if (ring_register(fd, IORING_REGISTER_RING_FDS, &self, 1) != 1) fail("io_uring's own descriptor");
    ring.number = self.offset;
}

/* Hands over what was made, which does all of it that can be done at once; and waits for a completion if asked to. */
static void ring_enter(unsigned wait) {
    __atomic_store_n(ring.sq_tail, ring.filled, __ATOMIC_RELEASE);
    long n = syscall(__NR_io_uring_enter, ring.number, ring.filled - ring.submitted, wait,
        IORING_ENTER_REGISTERED_RING | (wait ? IORING_ENTER_GETEVENTS : 0), NULL, 0);
    if (n >= 0) {
        ring.submitted += (unsigned)n;
    } else if (errno != EINTR && errno != EBUSY && errno != EAGAIN) {
        fail("io_uring_enter");
    }
}

/* The next submission, to be filled. */
static struct io_uring_sqe *ring_next(unsigned operation, int fd, unsigned flags, uint64_t who) {
    while (ring.filled - ring.submitted == SUBMISSIONS) ring_enter(0);
    struct io_uring_sqe *sqe = &ring.sqes[ring.filled++ & (SUBMISSIONS - 1)];
    memset(sqe, 0, sizeof *sqe);
    sqe->opcode = (uint8_t)operation;
    sqe->flags = (uint8_t)flags;
    sqe->fd = fd;
    sqe->user_data = who;
    return sqe;
}

/* Where the completions end. */
static unsigned ring_told(void) {
    return __atomic_load_n(ring.cq_tail, __ATOMIC_ACQUIRE);
}

/* The next completion, or NULL; valid until ring_seen. */
static struct io_uring_cqe *ring_completion(void) {
    if (ring.seen == ring_told()) return NULL;
    return &ring.cqes[ring.seen++ & (COMPLETIONS - 1)];
}

static void ring_seen(void) {
    __atomic_store_n(ring.cq_head, ring.seen, __ATOMIC_RELEASE);
}
