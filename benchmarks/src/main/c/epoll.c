/* The floor: level-triggered epoll by hand, one recv and one send for each readiness. epoll PORT [echo] */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PING_BYTES = 14, BUFFER = 65536 };

struct connection {
    int fd;
    size_t partial;  /* bytes of a request cut by the end of a read */
    size_t from, to; /* of pending, not yet sent */
    char *pending;
};

static int epoll, echo;
static char in[BUFFER], out[BUFFER];

static void watch(struct connection *c, int operation, uint32_t events) {
    struct epoll_event e = {.events = events, .data.ptr = c};
    epoll_ctl(epoll, operation, c->fd, &e);
}

static void drop(struct connection *c) {
    close(c->fd);
    free(c->pending);
    free(c);
}

static void answer(struct connection *c, const char *bytes, size_t length) {
    ssize_t n = send(c->fd, bytes, length, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) return; /* the next recv tells */
    size_t sent = n < 0 ? 0 : (size_t)n;
    if (sent < length) {
        c->pending = malloc(length - sent);
        memcpy(c->pending, bytes + sent, length - sent);
        c->from = 0;
        c->to = length - sent;
        watch(c, EPOLL_CTL_MOD, EPOLLOUT);
    }
}

static void readable(struct connection *c) {
    ssize_t n = recv(c->fd, in, sizeof in, 0);
    if (n <= 0) {
        if (n < 0 && errno == EAGAIN) return;
        drop(c);
        return;
    }
    if (echo) {
        answer(c, in, (size_t)n);
        return;
    }
    size_t have = c->partial + (size_t)n, replies = have / PING_BYTES;
    c->partial = have % PING_BYTES;
    for (size_t i = 0; i < replies; i++) memcpy(out + i * 7, "+PONG\r\n", 7);
    if (replies) answer(c, out, replies * 7);
}

static void writable(struct connection *c) {
    ssize_t n = send(c->fd, c->pending + c->from, c->to - c->from, MSG_NOSIGNAL);
    if (n < 0) return;
    c->from += (size_t)n;
    if (c->from == c->to) {
        free(c->pending);
        c->pending = NULL;
        watch(c, EPOLL_CTL_MOD, EPOLLIN);
    }
}

int main(int argc, char **argv) {
    echo = argc > 2 && !strcmp(argv[2], "echo");
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 0))};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(listener, 1024) < 0) {
        perror("bind");
        return 1;
    }
    socklen_t size = sizeof at;
    getsockname(listener, (struct sockaddr *)&at, &size);
    printf("port %d\n", ntohs(at.sin_port));
    fflush(stdout);
    epoll = epoll_create1(0);
    struct connection self = {.fd = listener};
    watch(&self, EPOLL_CTL_ADD, EPOLLIN);
    struct epoll_event ready[512];
    for (;;) {
        int n = epoll_wait(epoll, ready, 512, -1);
        for (int i = 0; i < n; i++) {
            struct connection *c = ready[i].data.ptr;
            if (c == &self) {
                int fd;
                while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                    struct connection *fresh = calloc(1, sizeof *fresh);
                    fresh->fd = fd;
                    watch(fresh, EPOLL_CTL_ADD, EPOLLIN);
                }
            } else if (ready[i].events & EPOLLOUT) {
                writable(c);
            } else {
                readable(c);
            }
        }
    }
}
