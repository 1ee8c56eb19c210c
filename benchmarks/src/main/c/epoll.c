/* The floor: level-triggered epoll by hand, one recv and one send for each readiness. */
#define _GNU_SOURCE
#include "server.h"
#include <errno.h>
#include <sys/epoll.h>

struct connection {
    int fd;
    size_t partial; /* bytes of a request cut by the end of a read */
    char *unsent;
    size_t from, to; /* of unsent */
};

static int epoll;
static char in[BUFFER_BYTES];

static void watch(struct connection *c, int operation, uint32_t events) {
    struct epoll_event e = {.events = events, .data.ptr = c};
    epoll_ctl(epoll, operation, c->fd, &e);
}

static void answer(struct connection *c, const char *bytes, size_t length) {
    ssize_t n = send(c->fd, bytes, length, 0);
    if (n < 0 && errno != EAGAIN) return; /* the next recv tells */
    size_t sent = n < 0 ? 0 : (size_t)n;
    if (sent < length) {
        c->unsent = malloc(length - sent);
        memcpy(c->unsent, bytes + sent, length - sent);
        c->from = 0;
        c->to = length - sent;
        watch(c, EPOLL_CTL_MOD, EPOLLOUT);
    }
}

static void readable(struct connection *c) {
    ssize_t n = recv(c->fd, in, sizeof in, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
        close(c->fd);
        free(c);
        return;
    }
    if (echo) {
        answer(c, in, (size_t)n);
    } else {
        size_t length = answer_to((size_t)n, &c->partial);
        if (length) answer(c, replies, length);
    }
}

static void writable(struct connection *c) {
    ssize_t n = send(c->fd, c->unsent + c->from, c->to - c->from, 0);
    if (n < 0 && errno == EAGAIN) return;
    c->from += n < 0 ? c->to - c->from : (size_t)n; /* after an error the next recv tells */
    if (c->from == c->to) {
        free(c->unsent);
        c->unsent = NULL;
        watch(c, EPOLL_CTL_MOD, EPOLLIN);
    }
}

static void accept_all(int listener) {
    for (int fd; (fd = accept_from(listener)) >= 0;) {
        struct connection *c = calloc(1, sizeof *c);
        c->fd = fd;
        watch(c, EPOLL_CTL_ADD, EPOLLIN);
    }
}

int main(int argc, char **argv) {
    struct connection at_path = {.fd = listen_at_path()}; /* first: who is told of the port may connect to both */
    struct connection at_port = {.fd = listen_and_announce(argc, argv)};
    epoll = epoll_create1(0);
    watch(&at_port, EPOLL_CTL_ADD, EPOLLIN);
    if (at_path.fd >= 0) watch(&at_path, EPOLL_CTL_ADD, EPOLLIN);
    struct epoll_event ready[512];
    for (;;) {
        int n = epoll_wait(epoll, ready, 512, -1);
        for (int i = 0; i < n; i++) {
            struct connection *c = ready[i].data.ptr;
            if (c == &at_port || c == &at_path) {
                accept_all(c->fd);
            } else if (c->unsent) {
                writable(c);
            } else {
                readable(c);
            }
        }
    }
}
