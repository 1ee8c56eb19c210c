/* libevent's events, with recv and send of one's own. */
#define _GNU_SOURCE
#include "server.h"
#include <errno.h>
#include <event2/event.h>

struct connection {
    struct event *readable, *writable;
    size_t partial;
    char *unsent;
    size_t from, to;
};

static struct event_base *base;
static char in[BUFFER_BYTES];

static void drop(struct connection *c) {
    evutil_socket_t fd = event_get_fd(c->readable);
    event_free(c->readable);
    event_free(c->writable);
    close(fd);
    free(c->unsent);
    free(c);
}

static void answer(struct connection *c, int fd, const char *bytes, size_t length) {
    ssize_t n = send(fd, bytes, length, 0);
    if (n < 0 && errno != EAGAIN) return;
    size_t sent = n < 0 ? 0 : (size_t)n;
    if (sent < length) {
        c->unsent = malloc(length - sent);
        memcpy(c->unsent, bytes + sent, length - sent);
        c->from = 0;
        c->to = length - sent;
        event_del(c->readable);
        event_add(c->writable, NULL);
    }
}

static void on_readable(evutil_socket_t fd, short what, void *arg) {
    (void)what;
    struct connection *c = arg;
    ssize_t n = recv(fd, in, sizeof in, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
        drop(c);
    } else if (echo) {
        answer(c, fd, in, (size_t)n);
    } else {
        size_t length = answer_to((size_t)n, &c->partial);
        if (length) answer(c, fd, replies, length);
    }
}

static void on_writable(evutil_socket_t fd, short what, void *arg) {
    (void)what;
    struct connection *c = arg;
    ssize_t n = send(fd, c->unsent + c->from, c->to - c->from, 0);
    if (n < 0 && errno == EAGAIN) return;
    c->from += n < 0 ? c->to - c->from : (size_t)n;
    if (c->from == c->to) {
        free(c->unsent);
        c->unsent = NULL;
        event_del(c->writable);
        event_add(c->readable, NULL);
    }
}

static void on_acceptable(evutil_socket_t listener, short what, void *arg) {
    (void)what;
    (void)arg;
    for (int fd; (fd = accept_from(listener)) >= 0;) {
        struct connection *c = calloc(1, sizeof *c);
        c->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_readable, c);
        c->writable = event_new(base, fd, EV_WRITE | EV_PERSIST, on_writable, c);
        event_add(c->readable, NULL);
    }
}

int main(int argc, char **argv) {
    int listener = listen_and_announce(argc, argv);
    base = event_base_new();
    event_add(event_new(base, listener, EV_READ | EV_PERSIST, on_acceptable, NULL), NULL);
    return event_base_dispatch(base);
}
