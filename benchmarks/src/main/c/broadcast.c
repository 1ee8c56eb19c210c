/*
 * Listeners of a server that sends each message to all of them: the first asks for one with a PING when all have
 * received the last. A request is one message received by one listener, and what is measured are whole messages. While
 * it settles, every byte is checked: all bytes of a message are the number of the one before and one. When all are known
 * to the server it prints "ready" and waits for a line of input; at the end it prints one line of JSON.
 *
 *   broadcast PORT PID LISTENERS BYTES SETTLE_MS MEASURE_MS
 */
#define _GNU_SOURCE
#include "client.h"

/* The kernel acknowledges the first sixteen segments of a connection at once, at the sender's cost, and later ones not. */
enum { SETTLED_MESSAGES = 20, PATIENCE_MILLIS = 60000 };

static int first;
static size_t bytes;
static uint64_t messages, received, all, begun;
static char expected[1 << 16], sink[1 << 16];

static void ask(void) {
    begun = now();
    if (send(first, REQUEST, REQUEST_BYTES, MSG_NOSIGNAL) != REQUEST_BYTES) fail("send");
}

static void expect(char number) {
    memset(expected, number, bytes);
}

static void pull(int fd, int checking) {
    ssize_t n = recv(fd, sink, sizeof sink, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) fail("recv");
    if (!messages && !received) expect(sink[0]); /* a server that has served others goes on counting */
    if (n == 0 || (size_t)n > bytes || (checking && memcmp(sink, expected, (size_t)n))) {
        fprintf(stderr, n == 0 ? "broadcast: the server closed a connection\n" : "broadcast: a wrong message\n");
        exit(1);
    }
    received += (uint64_t)n;
    if (received == all) {
        received = 0;
        messages++;
        record_latency(begun);
        expect((char)(expected[0] + 1));
    }
}

/* Known to the server, which says so with one byte. */
static int listener(unsigned index, int port) {
    char greeting;
    int fd = open_socket(index);
    connect_to(fd, port);
    if (recv(fd, &greeting, 1, 0) != 1) fail("recv");
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

/* All of one, by all. */
static void receive(int epoll, int checking) {
    struct epoll_event ready[512];
    uint64_t before = messages;
    while (messages == before) {
        int n = epoll_wait(epoll, ready, 512, PATIENCE_MILLIS);
        if (n == 0) {
            fprintf(stderr, "broadcast: nothing came any more\n");
            exit(1);
        }
        for (int i = 0; i < n; i++) pull(ready[i].data.fd, checking);
    }
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fprintf(stderr, "usage: broadcast PORT PID LISTENERS BYTES SETTLE_MS MEASURE_MS\n");
        return 2;
    }
    int port = atoi(argv[1]), listeners = atoi(argv[3]);
    bytes = (size_t)atol(argv[4]);
    all = bytes * (uint64_t)listeners;
    raise_file_limit();

    int epoll = epoll_create1(0);
    for (int i = 0; i < listeners; i++) {
        int fd = listener((unsigned)i, port);
        if (i == 0) first = fd;
        struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) < 0) fail("epoll_ctl");
    }

    puts("ready");
    fflush(stdout);
    getchar();

    struct meter meter = meter_of(argv[2], argv[5], argv[6]);
    while (messages < SETTLED_MESSAGES || look(&meter, messages * (uint64_t)listeners)) {
        ask();
        receive(epoll, !meter.counting);
    }
    report(&meter, messages * (uint64_t)listeners, listeners);
    return 0;
}
