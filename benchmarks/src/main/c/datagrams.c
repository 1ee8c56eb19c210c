/*
 * The load of datagrams: one thread, epoll, sockets that each send a few and the next when all of them have come back. No more are
 * under way than the server's buffer holds; should one be lost all the same, those of its socket are sent again when nothing
 * has come for a while. While it settles every byte is checked. Otherwise as load.c.
 *
 *   datagrams PORT PID SOCKETS PIPELINE BYTES SETTLE_MS MEASURE_MS
 */
#define _GNU_SOURCE
#include "client.h"

enum { SILENCE_MS = 100, MOST_BYTES = 1400 };

struct socket {
    int fd, back; /* how many have come back */
    char fill;
    uint64_t begun;
};

static int pipeline;
static size_t bytes;
static int checking = 1;
static uint64_t batches;

static void begin(struct socket *s) {
    char data[MOST_BYTES];
    memset(data, s->fill, bytes);
    s->back = 0;
    s->begun = now();
    for (int i = 0; i < pipeline; i++) {
        if (send(s->fd, data, bytes, 0) < 0) fail("send");
    }
}

static void pull(struct socket *s) {
    char data[MOST_BYTES + 1];
    ssize_t n;
    while ((n = recv(s->fd, data, sizeof data, MSG_DONTWAIT)) >= 0) {
        int wrong = n != (ssize_t)bytes;
        for (ssize_t i = 0; checking && i < n; i++) wrong |= data[i] != s->fill;
        if (wrong) {
            fprintf(stderr, "datagrams: a wrong answer\n");
            exit(1);
        }
        if (++s->back == pipeline) {
            record_latency(s->begun);
            batches++;
            begin(s);
            return;
        }
    }
    if (errno != EAGAIN) fail("recv");
}

int main(int argc, char **argv) {
    if (argc != 8) {
        fprintf(stderr, "usage: datagrams PORT PID SOCKETS PIPELINE BYTES SETTLE_MS MEASURE_MS\n");
        return 2;
    }
    int port = atoi(argv[1]), sockets = atoi(argv[3]);
    pipeline = atoi(argv[4]);
    bytes = (size_t)atol(argv[5]);
    if (bytes > MOST_BYTES) return 2;
    int epoll = epoll_create1(0);
    struct socket *all = calloc((size_t)sockets, sizeof *all);
    for (int i = 0; i < sockets; i++) {
        all[i] = (struct socket){.fd = socket(AF_INET, SOCK_DGRAM, 0), .fill = (char)i};
        connect_to(all[i].fd, port);
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = &all[i]};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &e) < 0) fail("epoll_ctl");
    }
    puts("ready");
    fflush(stdout);
    getchar();

    for (int i = 0; i < sockets; i++) begin(&all[i]);
    struct meter meter = meter_of(argv[2], argv[6], argv[7]);
    struct epoll_event ready[512];
    while (goes_on(&meter, batches * (uint64_t)pipeline)) {
        checking = !meter.counting;
        int n = epoll_wait(epoll, ready, 512, SILENCE_MS);
        for (int i = 0; i < n; i++) pull(ready[i].data.ptr);
        for (int i = 0; n == 0 && i < sockets; i++) begin(&all[i]);
    }
    report(&meter, batches * (uint64_t)pipeline, pipeline);
    return 0;
}
