/*
 * Listeners of a server that sends each message to all of them: the first asks for one with a PING when all have
 * received the last. A request is one message received by one listener. While it settles, every byte is checked: all
 * bytes of a message are the number of the one before and one. Prints one line of JSON.
 *
 *   broadcast PORT PID LISTENERS BYTES SETTLE_MS MEASURE_MS
 */
#define _GNU_SOURCE
#include "client.h"

static int first;
static size_t bytes;
static uint64_t messages, received, all, begun;
static char expected[1 << 16], sink[1 << 16];

/* Messages received, by whichever listener. */
static uint64_t requests(int listeners) {
    return messages * (uint64_t)listeners + received / bytes;
}

static void ask(void) {
    begun = now();
    if (send(first, PING, PING_BYTES, MSG_NOSIGNAL) != PING_BYTES) fail("send");
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
        ask();
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

    struct meter meter = meter_of(argv[2], argv[5], argv[6]);
    struct epoll_event ready[512];
    ask();
    while (goes_on(&meter, requests(listeners))) {
        int n = epoll_wait(epoll, ready, 512, 100);
        for (int i = 0; i < n; i++) pull(ready[i].data.fd, !meter.counting);
    }
    report(&meter, requests(listeners), listeners);
    return 0;
}
