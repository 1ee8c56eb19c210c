/*
 * The load: one thread, epoll, so cheap that the server is the bottleneck. Speaks RESP PING (14 bytes out, 7 in for each
 * request) or sends blocks and expects them back. Prints one line of JSON.
 *
 *   load PORT CONNECTIONS PIPELINE BYTES WARMUP_MS MEASURE_MS      BYTES 0 means PING, else echo of that many bytes
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char PING[] = "*1\r\n$4\r\nPING\r\n";
enum { PING_BYTES = 14, PONG_BYTES = 7, SLOTS = 1 << 16 };

struct connection {
    int fd;
    size_t to_send, sent;      /* of the batch under way */
    size_t to_receive, received;
    uint64_t begun;
};

static char *batch;
static size_t batch_bytes, answer_bytes;
static uint32_t slots[SLOTS]; /* latencies: 1 us a slot up to 65 ms */
static uint64_t requests, batches;
static char sink[1 << 18];

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void push(struct connection *c) {
    while (c->sent < c->to_send) {
        ssize_t n = send(c->fd, batch + c->sent, c->to_send - c->sent, MSG_NOSIGNAL);
        if (n < 0) {
            if (errno == EAGAIN) return;
            fail("send");
        }
        c->sent += (size_t)n;
    }
}

static void begin(struct connection *c) {
    c->sent = 0;
    c->received = 0;
    c->to_send = batch_bytes;
    c->to_receive = answer_bytes;
    c->begun = now();
    push(c);
}

/* Returns how many batches were completed. */
static int pull(struct connection *c, int epoll) {
    ssize_t n = recv(c->fd, sink, sizeof sink, 0);
    if (n == 0) {
        fprintf(stderr, "load: the server closed a connection\n");
        exit(1);
    }
    if (n < 0) {
        if (errno == EAGAIN) return 0;
        fail("recv");
    }
    c->received += (size_t)n;
    if (c->received < c->to_receive) return 0;
    uint64_t micros = (now() - c->begun) / 1000;
    slots[micros < SLOTS ? micros : SLOTS - 1]++;
    begin(c);
    (void)epoll;
    return 1;
}

static double percentile(double share) {
    uint64_t wanted = (uint64_t)(share * (double)batches), seen = 0;
    for (int i = 0; i < SLOTS; i++) {
        seen += slots[i];
        if (seen > wanted) return i;
    }
    return SLOTS;
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fprintf(stderr, "usage: load PORT CONNECTIONS PIPELINE BYTES WARMUP_MS MEASURE_MS\n");
        return 2;
    }
    int port = atoi(argv[1]), connections = atoi(argv[2]), pipeline = atoi(argv[3]);
    size_t bytes = (size_t)atol(argv[4]);
    uint64_t warmup = strtoull(argv[5], 0, 10) * 1000000u, measure = strtoull(argv[6], 0, 10) * 1000000u;
    size_t request_bytes = bytes ? bytes : PING_BYTES;
    batch_bytes = request_bytes * (size_t)pipeline;
    answer_bytes = (bytes ? bytes : PONG_BYTES) * (size_t)pipeline;
    batch = malloc(batch_bytes);
    for (size_t i = 0; i < batch_bytes; i++) batch[i] = bytes ? (char)(i * 31) : PING[i % PING_BYTES];

    int epoll = epoll_create1(0);
    struct connection *all = calloc((size_t)connections, sizeof *all);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < connections; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
        if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) fail("connect");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        fcntl(fd, F_SETFL, O_NONBLOCK);
        all[i].fd = fd;
        struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = &all[i]};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) < 0) fail("epoll_ctl");
    }
    for (int i = 0; i < connections; i++) begin(&all[i]);

    uint64_t start = now(), from = start + warmup, until = from + measure, cpu_from = 0, t = start;
    int measuring = 0;
    struct epoll_event ready[512];
    while (t < until) {
        int n = epoll_wait(epoll, ready, 512, 100);
        t = now();
        if (!measuring && t >= from) {
            measuring = 1;
            from = t;
            until = t + measure;
            cpu_from = cpu();
            memset(slots, 0, sizeof slots);
            requests = batches = 0;
        }
        for (int i = 0; i < n; i++) {
            struct connection *c = ready[i].data.ptr;
            if (ready[i].events & EPOLLOUT) push(c);
            if (ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
                ssize_t before;
                do { /* edge-triggered: until nothing is left */
                    before = (ssize_t)c->received;
                    int done = pull(c, epoll);
                    batches += (uint64_t)done;
                    requests += (uint64_t)(done * pipeline);
                    if (done) break; /* the answer to the new batch raises a new edge */
                } while ((ssize_t)c->received != before);
            }
        }
    }
    double seconds = (double)(t - from) / 1e9;
    printf("{\"requests\": %llu, \"seconds\": %.4f, \"rate\": %.0f, \"p50_us\": %.0f, \"p99_us\": %.0f, \"client_cpu\": %.3f}\n",
           (unsigned long long)requests, seconds, (double)requests / seconds, percentile(0.50), percentile(0.99),
           (double)(cpu() - cpu_from) / 1e9 / seconds);
    return 0;
}
