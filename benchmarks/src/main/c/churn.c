/*
 * Short lives: connect, one request, its reply, close, on a number of connections at a time. A request is one such life.
 *
 *   churn PORT PID CONNECTIONS SETTLE_MS MEASURE_MS
 */
#define _GNU_SOURCE
#include "client.h"

struct life {
    struct wire wire;
    int asked;
    uint64_t begun;
};

static int epoll, port;
static unsigned begun;
static uint64_t lives;

static void begin(struct life *life) {
    *life = (struct life){.begun = now(), .wire = open_wire(open_socket(begun++))};
    fcntl(life->wire.fd, F_SETFL, O_NONBLOCK);
    connect_to(life->wire.fd, port);
    struct epoll_event e = {.events = EPOLLOUT | EPOLLONESHOT, .data.ptr = life};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, life->wire.fd, &e) < 0) fail("epoll_ctl");
}

/* Tried again as long as hands are being shaken. */
static void ask(struct life *life) {
    ssize_t n = wire_send(&life->wire, REQUEST, REQUEST_BYTES);
    life->asked = n == REQUEST_BYTES;
    if (!life->asked && errno != EAGAIN) fail("send");
}

static void go_on(struct life *life, uint32_t events) {
    char answer[64];
    if (!life->asked) {
        ask(life);
        if (events & EPOLLOUT) {
            struct epoll_event e = {.events = EPOLLIN, .data.ptr = life};
            epoll_ctl(epoll, EPOLL_CTL_MOD, life->wire.fd, &e);
        }
        return;
    }
    ssize_t n = wire_recv(&life->wire, answer, sizeof answer);
    if (n < 0 && errno == EAGAIN) return; /* no bytes of the server's, but TLS's own */
    if (n != REPLY_BYTES) fail("recv");
    close_wire(&life->wire);
    record_latency(life->begun);
    lives++;
    begin(life);
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: churn PORT PID CONNECTIONS SETTLE_MS MEASURE_MS\n");
        return 2;
    }
    port = atoi(argv[1]);
    int connections = atoi(argv[3]);
    epoll = epoll_create1(0);
    struct life *all = calloc((size_t)connections, sizeof *all);
    for (int i = 0; i < connections; i++) begin(&all[i]);

    struct meter meter = meter_of(argv[2], argv[4], argv[5]);
    struct epoll_event ready[512];
    while (goes_on(&meter, lives)) {
        int n = epoll_wait(epoll, ready, 512, 100);
        for (int i = 0; i < n; i++) go_on(ready[i].data.ptr, ready[i].events);
    }
    report(&meter, lives, 1);
    return 0;
}
