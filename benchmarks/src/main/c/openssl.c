/* epoll by hand, as in epoll.c, and OpenSSL. The environment's BENCH_IDENTITY is where chain.pem and key.pem are. */
#define _GNU_SOURCE
#include "server.h"
#include "tls.h"
#include <sys/epoll.h>

struct connection {
    int fd;
    SSL *tls;
    size_t partial; /* bytes of a request cut by the end of a read */
    char *unsent;
    size_t from, to; /* of unsent */
};

static int epoll;
static SSL_CTX *context;
static char in[BUFFER_BYTES];

static void watch(struct connection *c, int operation, uint32_t events) {
    struct epoll_event e = {.events = events, .data.ptr = c};
    epoll_ctl(epoll, operation, c->fd, &e);
}

static void drop(struct connection *c) {
    SSL_shutdown(c->tls);
    SSL_free(c->tls);
    close(c->fd);
    free(c->unsent);
    free(c);
}

static void answer(struct connection *c, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t n = tls_send(c->tls, bytes, length);
        if (n < 0 && errno != EAGAIN) return; /* the next recv tells */
        if (n < 0) {
            c->unsent = malloc(length);
            memcpy(c->unsent, bytes, length);
            c->from = 0;
            c->to = length;
            watch(c, EPOLL_CTL_MOD, EPOLLOUT);
            return;
        }
        bytes += n;
        length -= (size_t)n;
    }
}

static void readable(struct connection *c) {
    do {
        ssize_t n = tls_recv(c->tls, in, sizeof in);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) {
            drop(c);
            return;
        }
        if (echo) {
            answer(c, in, (size_t)n);
        } else {
            size_t length = answer_to((size_t)n, &c->partial);
            if (length) answer(c, replies, length);
        }
    } while (!c->unsent && SSL_has_pending(c->tls));
}

static void writable(struct connection *c) {
    while (c->from < c->to) {
        ssize_t n = tls_send(c->tls, c->unsent + c->from, c->to - c->from);
        if (n < 0 && errno == EAGAIN) return;
        c->from += n < 0 ? c->to - c->from : (size_t)n; /* after an error the next recv tells */
    }
    free(c->unsent);
    c->unsent = NULL;
    watch(c, EPOLL_CTL_MOD, EPOLLIN);
    readable(c); /* what OpenSSL has, epoll does not know of */
}

static void accept_all(int listener) {
    for (int fd; (fd = accept_from(listener)) >= 0;) {
        struct connection *c = calloc(1, sizeof *c);
        c->fd = fd;
        c->tls = SSL_new(context);
        SSL_set_fd(c->tls, fd);
        SSL_set_accept_state(c->tls);
        watch(c, EPOLL_CTL_ADD, EPOLLIN);
    }
}

static SSL_CTX *identified(const char *directory) {
    char chain[4096], key[4096];
    snprintf(chain, sizeof chain, "%s/chain.pem", directory);
    snprintf(key, sizeof key, "%s/key.pem", directory);
    SSL_CTX *made = tls_context(TLS_server_method());
    SSL_CTX_set_num_tickets(made, 1); /* as many as the JDK sends */
    if (SSL_CTX_use_certificate_chain_file(made, chain) != 1 || SSL_CTX_use_PrivateKey_file(made, key, SSL_FILETYPE_PEM) != 1) {
        fprintf(stderr, "no identity in %s\n", directory);
        exit(1);
    }
    return made;
}

int main(int argc, char **argv) {
    const char *directory = getenv("BENCH_IDENTITY");
    context = identified(directory ? directory : ".");
    struct connection self = {.fd = listen_and_announce(argc, argv)};
    epoll = epoll_create1(0);
    watch(&self, EPOLL_CTL_ADD, EPOLLIN);
    struct epoll_event ready[512];
    for (;;) {
        int n = epoll_wait(epoll, ready, 512, -1);
        for (int i = 0; i < n; i++) {
            struct connection *c = ready[i].data.ptr;
            if (c == &self) {
                accept_all(self.fd);
            } else if (c->unsent) {
                writable(c);
            } else {
                readable(c);
            }
        }
    }
}
