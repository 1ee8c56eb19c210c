/*
 * What a completion engine can do by hand: accepts and receives that go on by themselves, into buffers that the kernel chooses, and
 * all answers of a turn handed over with the call that waits for the next. An answer is sent at once and whole, without a
 * completion; only of one that was not is anything heard.
 */
#define _GNU_SOURCE
#include "server.h"
#include "ring.h"

enum { MOST_SOCKETS = 32768, MOST_PIECES = 32, MOST_WAITING = 1 << 18 };
enum { ACCEPT, RECEIVE, SEND, REST, OTHER };

struct connection {
    size_t partial; /* bytes of a request cut by the end of a read */
    unsigned turn, index; /* when it last had something to send, and where among those of that turn */
    char receiving, ended;
    char *rest, *waiting; /* what the kernel had no room for: under way, and behind it */
    size_t rest_bytes, waiting_bytes;
};

/* What a connection sends in a turn; it is as often in pieces as a buffer ends meanwhile. */
struct answer {
    unsigned socket, count;
    struct iovec piece[MOST_PIECES];
    struct msghdr message;
};

static struct connection sockets[MOST_SOCKETS];
static struct answer answers[COMPLETIONS];
static unsigned answering, turn = 1;
static unsigned used_up[BUFFERS], used_up_count;
static int listeners[2], refused[2];

static uint64_t who(unsigned what, unsigned socket) {
    return (uint64_t)what << 32 | socket;
}

static void accept_from_now_on(unsigned listener) {
    struct io_uring_sqe *sqe = ring_next(IORING_OP_ACCEPT, listeners[listener], 0, who(ACCEPT, listener));
    sqe->ioprio = IORING_ACCEPT_MULTISHOT;
    sqe->file_index = IORING_FILE_INDEX_ALLOC;
    refused[listener] = 0;
}

static void receive_from_now_on(unsigned socket) {
    struct io_uring_sqe *sqe =
        ring_next(IORING_OP_RECV, (int)socket, IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT, who(RECEIVE, socket));
    sqe->ioprio = IORING_RECV_MULTISHOT;
    sqe->buf_group = GROUP;
    sockets[socket].receiving = 1;
}

static void end(unsigned socket) {
    struct io_uring_sqe *sqe = ring_next(IORING_OP_CLOSE, 0, IOSQE_CQE_SKIP_SUCCESS, who(OTHER, socket));
    sqe->file_index = socket + 1;
    for (unsigned i = 0; i < 2; i++) {
        if (refused[i]) accept_from_now_on(i);
    }
}

/* Bytes of the buffers, or of the replies; they stay there until the turn is over. */
static void send_later(unsigned socket, const char *bytes, size_t length) {
    struct connection *c = &sockets[socket];
    if (c->turn != turn) {
        c->turn = turn;
        c->index = answering++;
        answers[c->index].socket = socket;
        answers[c->index].count = 0;
    }
    struct answer *a = &answers[c->index];
    struct iovec *last = a->count > 0 ? &a->piece[a->count - 1] : NULL;
    size_t joined = last ? last->iov_len + length : 0;
    if (last && (echo ? (char *)last->iov_base + last->iov_len == bytes : joined <= sizeof replies)) {
        last->iov_len = joined;
    } else {
        if (a->count == MOST_PIECES) fail("too many pieces");
        a->piece[a->count++] = (struct iovec){.iov_base = (char *)bytes, .iov_len = length};
    }
}

static void send_rest(unsigned socket) {
    struct connection *c = &sockets[socket];
    struct io_uring_sqe *sqe = ring_next(IORING_OP_SEND, (int)socket, IOSQE_FIXED_FILE, who(REST, socket));
    sqe->addr = (uintptr_t)c->rest;
    sqe->len = (uint32_t)c->rest_bytes;
    sqe->msg_flags = MSG_WAITALL;
}

/* Behind a rest that is under way; a peer that takes nothing is not read from either. */
static void keep(unsigned socket, const char *bytes, size_t length) {
    struct connection *c = &sockets[socket];
    c->waiting = realloc(c->waiting, c->waiting_bytes + length);
    memcpy(c->waiting + c->waiting_bytes, bytes, length);
    c->waiting_bytes += length;
    if (c->waiting_bytes > MOST_WAITING && c->receiving) {
        ring_next(IORING_OP_ASYNC_CANCEL, -1, IOSQE_CQE_SKIP_SUCCESS, who(OTHER, socket))->addr = who(RECEIVE, socket);
    }
}

static void send_what_waits(unsigned socket) {
    struct connection *c = &sockets[socket];
    free(c->rest);
    c->rest = c->waiting;
    c->rest_bytes = c->waiting_bytes;
    c->waiting = NULL;
    c->waiting_bytes = 0;
    if (c->rest) {
        send_rest(socket);
    } else if (c->ended) {
        end(socket);
    } else if (!c->receiving) {
        receive_from_now_on(socket);
    }
}

/* Not all of an answer was taken, or it was the last: the pieces are still where they were. */
static void sent(unsigned socket, int result) {
    struct connection *c = &sockets[socket];
    if (result < 0 && result != -EAGAIN) { /* the receive tells, or has told */
        if (c->ended) end(socket);
        return;
    }
    size_t skip = result < 0 ? 0 : (size_t)result;
    struct answer *a = &answers[c->index];
    for (unsigned i = 0; i < a->count; i++) {
        size_t length = a->piece[i].iov_len, over = skip < length ? skip : length;
        if (over < length) keep(socket, (char *)a->piece[i].iov_base + over, length - over);
        skip -= over;
    }
    send_what_waits(socket);
}

static void received(unsigned socket, const char *bytes, size_t length) {
    struct connection *c = &sockets[socket];
    if (!echo) {
        size_t have = c->partial + length;
        c->partial = have % PING_BYTES;
        bytes = replies;
        length = have / PING_BYTES * PONG_BYTES; /* not more than there are, for a buffer */
        if (length == 0) return;
    }
    if (c->rest) {
        keep(socket, bytes, length);
    } else {
        send_later(socket, bytes, length);
    }
}

static void receive_told(unsigned socket, struct io_uring_cqe *cqe) {
    struct connection *c = &sockets[socket];
    if (cqe->flags & IORING_CQE_F_BUFFER) {
        unsigned buffer = cqe->flags >> IORING_CQE_BUFFER_SHIFT;
        if (cqe->res > 0) {
            const char *bytes = ring.buffer[buffer] + ring.used[buffer];
            ring.used[buffer] += (uint32_t)cqe->res;
            received(socket, bytes, (size_t)cqe->res);
        }
        if (!(cqe->flags & CQE_BUFFER_GOES_ON)) used_up[used_up_count++] = buffer;
    }
    if (cqe->flags & IORING_CQE_F_MORE) return;
    c->receiving = 0;
    if (cqe->res > 0 || cqe->res == -ENOBUFS) {
        receive_from_now_on(socket);
    } else if (cqe->res != -ECANCELED) {
        c->ended = 1;
        if (!c->rest && c->turn != turn) end(socket);
    } else if (!c->rest) {
        receive_from_now_on(socket);
    }
}

static void accept_told(unsigned listener, struct io_uring_cqe *cqe) {
    if (cqe->res >= 0) {
        sockets[cqe->res] = (struct connection){0};
        receive_from_now_on((unsigned)cqe->res);
    }
    if (!(cqe->flags & IORING_CQE_F_MORE)) {
        refused[listener] = 1;
        if (cqe->res >= 0) accept_from_now_on(listener); /* else when there is room again */
    }
}

static void told(struct io_uring_cqe *cqe) {
    unsigned of = (unsigned)cqe->user_data;
    switch (cqe->user_data >> 32) {
        case ACCEPT: accept_told(of, cqe); break;
        case RECEIVE: receive_told(of, cqe); break;
        case REST: send_what_waits(of); break;
    }
}

/* What was told of answers goes first: of their bytes nothing may be overwritten before. */
static void enter(unsigned wait) {
    static unsigned looked;
    ring_enter(wait);
    for (; looked != ring_told(); looked++) {
        struct io_uring_cqe *cqe = &ring.cqes[looked & (COMPLETIONS - 1)];
        if (cqe->user_data >> 32 == SEND) sent((unsigned)cqe->user_data, cqe->res);
    }
}

static void submit_answers(void) {
    for (unsigned i = 0; i < answering; i++) {
        struct answer *a = &answers[i];
        unsigned silent = sockets[a->socket].ended ? 0 : IOSQE_CQE_SKIP_SUCCESS;
        struct io_uring_sqe *sqe = ring_next(a->count == 1 ? IORING_OP_SEND : IORING_OP_SENDMSG, (int)a->socket,
            IOSQE_FIXED_FILE | silent, who(SEND, a->socket));
        if (a->count == 1) {
            sqe->addr = (uintptr_t)a->piece[0].iov_base;
            sqe->len = (uint32_t)a->piece[0].iov_len;
        } else {
            a->message = (struct msghdr){.msg_iov = a->piece, .msg_iovlen = a->count};
            sqe->addr = (uintptr_t)&a->message;
            sqe->len = 1;
        }
        sqe->msg_flags = MSG_DONTWAIT | MSG_WAITALL;
    }
}

int main(int argc, char **argv) {
    for (size_t i = 0; i + PONG_BYTES <= sizeof replies; i += PONG_BYTES) memcpy(replies + i, "+PONG\r\n", PONG_BYTES);
    listeners[1] = listen_at_path(); /* first: who is told of the port may connect to both */
    listeners[0] = listen_and_announce(argc, argv);
    int on = 1;
    setsockopt(listeners[0], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* what is accepted has it too */
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    ring_open(files.rlim_cur < MOST_SOCKETS ? (unsigned)files.rlim_cur : MOST_SOCKETS);
    for (unsigned i = 0; i < 2; i++) {
        if (listeners[i] >= 0) accept_from_now_on(i);
    }
    for (;;) {
        enter(1);
        for (struct io_uring_cqe *cqe; (cqe = ring_completion());) told(cqe);
        ring_seen();
        submit_answers();
        if (used_up_count > 0) {
            if (answering > 0) enter(0); /* the answers lie in them */
            while (used_up_count > 0) ring_give(used_up[--used_up_count]);
        }
        answering = 0;
        turn++;
    }
}
