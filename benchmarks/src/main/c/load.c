/*
 * The load: one thread, epoll, so cheap that the server is the bottleneck. Sends batches of requests, or blocks to be
 * echoed, on every connection the next when the last was answered. While it settles, every byte of the answers is
 * checked: each connection sends other bytes. When all are connected it prints "ready" and waits for a line of input; at the
 * end it prints one line of JSON.
 *
 *   load PORT|PATH PID CONNECTIONS PIPELINE BYTES SETTLE_MS MEASURE_MS      BYTES 0 means requests, else echo of that many;
 *                                                                           a path begins with a slash
 */
#define _GNU_SOURCE
#include "client.h"

struct connection {
    struct wire wire;
    const char *batch, *answer;
    size_t sent, received;
    uint64_t begun;
    int waits_for_room;
};

static int epoll;
static size_t batch_bytes, answer_bytes;
static int checking = 1;
static uint64_t batches;
static char sink[1 << 18];

/*
 * Room to send is watched for only where there was none. Whoever watches always is woken, at a path, by each read of the server, in
 * the server's CPU time; over TCP by those only that make room again.
 */
static void watch(struct connection *c, int operation, int waits_for_room) {
    struct epoll_event e = {.events = EPOLLIN | EPOLLET | (waits_for_room ? EPOLLOUT : 0), .data.ptr = c};
    if (epoll_ctl(epoll, operation, c->wire.fd, &e) < 0) fail("epoll_ctl");
    c->waits_for_room = waits_for_room;
}

static void push(struct connection *c) {
    while (c->sent < batch_bytes) {
        ssize_t n = wire_send(&c->wire, c->batch + c->sent, batch_bytes - c->sent);
        if (n < 0) {
            if (errno != EAGAIN) fail("send");
            if (!c->waits_for_room) watch(c, EPOLL_CTL_MOD, 1);
            return;
        }
        c->sent += (size_t)n;
    }
    if (c->waits_for_room) watch(c, EPOLL_CTL_MOD, 0);
}

static void begin(struct connection *c) {
    c->sent = 0;
    c->received = 0;
    c->begun = now();
    push(c);
}

/* Reads what has come; an answer that is complete begins the next batch, whose own answer raises a new edge. */
static void pull(struct connection *c) {
    for (;;) {
        ssize_t n = wire_recv(&c->wire, sink, sizeof sink);
        if (n < 0 && errno == EAGAIN) return;
        if (n < 0) fail("recv");
        if (n == 0 || c->received + (size_t)n > answer_bytes
                || (checking && !is_right(sink, c->answer + c->received, (size_t)n))) {
            fprintf(stderr, n == 0 ? "load: the server closed a connection\n" : "load: a wrong answer\n");
            exit(1);
        }
        c->received += (size_t)n;
        if (c->received == answer_bytes) {
            record_latency(c->begun);
            batches++;
            begin(c);
            return;
        }
    }
}

/* Bytes without a period, of which every connection sends another part. */
static char *noise(size_t length) {
    char *bytes = malloc(length);
    uint32_t x = 1;
    for (size_t i = 0; i < length; i++) {
        x = x * 1664525u + 1013904223u;
        bytes[i] = (char)(x >> 24);
    }
    return bytes;
}

static char *repeat(const char *text, size_t length, int times) {
    char *bytes = malloc(length * (size_t)times);
    for (int i = 0; i < times; i++) memcpy(bytes + (size_t)i * length, text, length);
    return bytes;
}

int main(int argc, char **argv) {
    if (argc != 8) {
        fprintf(stderr, "usage: load PORT|PATH PID CONNECTIONS PIPELINE BYTES SETTLE_MS MEASURE_MS\n");
        return 2;
    }
    const char *path = argv[1][0] == '/' ? argv[1] : NULL;
    int port = atoi(argv[1]), connections = atoi(argv[3]), pipeline = atoi(argv[4]);
    size_t bytes = (size_t)atol(argv[5]);
    raise_file_limit();

    batch_bytes = (size_t)pipeline * (bytes ? bytes : REQUEST_BYTES);
    answer_bytes = (size_t)pipeline * (bytes ? bytes : REPLY_BYTES);
    char *sent = bytes ? noise(batch_bytes + (size_t)connections) : repeat(REQUEST, REQUEST_BYTES, pipeline);
    char *expected = bytes ? sent : repeat(REPLY, REPLY_BYTES, pipeline);

    epoll = epoll_create1(0);
    struct connection *all = calloc((size_t)connections, sizeof *all);
    for (int i = 0; i < connections; i++) {
        size_t offset = bytes ? (size_t)i : 0;
        int fd = path ? open_socket_for_path() : open_socket(0);
        all[i] = (struct connection){.wire = open_wire(fd), .batch = sent + offset, .answer = expected + offset};
        if (path) {
            connect_to_path(fd, path);
        } else {
            connect_to(fd, port);
        }
        shake_hands(&all[i].wire);
        fcntl(fd, F_SETFL, O_NONBLOCK);
        watch(&all[i], EPOLL_CTL_ADD, 0);
    }

    puts("ready");
    fflush(stdout);
    getchar();

    for (int i = 0; i < connections; i++) begin(&all[i]);

    struct meter meter = meter_of(argv[2], argv[6], argv[7]);
    struct epoll_event ready[512];
    while (goes_on(&meter, batches * (uint64_t)pipeline)) {
        checking = !meter.counting;
        int n = epoll_wait(epoll, ready, 512, 100);
        for (int i = 0; i < n; i++) {
            if (ready[i].events & EPOLLOUT) push(ready[i].data.ptr);
            if (ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) pull(ready[i].data.ptr);
        }
    }
    report(&meter, batches * (uint64_t)pipeline, pipeline);
    return 0;
}
