/* libevent's bufferevents, its high-level way. */
#define _GNU_SOURCE
#include "server.h"
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

static void on_read(struct bufferevent *b, void *arg) {
    struct evbuffer *in = bufferevent_get_input(b);
    if (echo) {
        bufferevent_write_buffer(b, in);
        return;
    }
    size_t *partial = arg, available = evbuffer_get_length(in);
    while (available > 0) { /* as much at once as there is room for the replies to */
        size_t some = available < BUFFER_BYTES ? available : BUFFER_BYTES;
        size_t length = answer_to(some, partial);
        evbuffer_drain(in, some);
        if (length) bufferevent_write(b, replies, length);
        available -= some;
    }
}

static void on_event(struct bufferevent *b, short what, void *arg) {
    if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) {
        bufferevent_free(b);
        free(arg);
    }
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *peer, int size, void *arg) {
    (void)peer;
    (void)size;
    (void)arg;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct bufferevent *b = bufferevent_socket_new(evconnlistener_get_base(listener), fd, BEV_OPT_CLOSE_ON_FREE);
    bufferevent_setcb(b, on_read, NULL, on_event, calloc(1, sizeof(size_t)));
    bufferevent_enable(b, EV_READ | EV_WRITE);
}

int main(int argc, char **argv) {
    int listener = listen_and_announce(argc, argv);
    struct event_base *base = event_base_new();
    evconnlistener_new(base, on_accept, NULL, LEV_OPT_CLOSE_ON_FREE, 0, listener);
    return event_base_dispatch(base);
}
