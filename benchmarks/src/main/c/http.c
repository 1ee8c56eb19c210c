/*
 * HTTP/1.1 with no more around it than must be: level-triggered epoll, one recv and one send for each readiness, and a parser
 * that finds the end of each part and remembers where it is, sixteen bytes at a time where the compiler is told that it may.
 */
#define _GNU_SOURCE
#include "server.h"
#include <errno.h>
#include <stdint.h>
#include <strings.h>
#include <sys/epoll.h>
#include <time.h>
#ifdef __SSE4_2__
#include <nmmintrin.h>
#endif

enum { MOST_FIELDS = 100, MOST_HEAD = 32768 };

struct span {
    const char *from;
    size_t length;
};

struct request {
    struct span method, target;
    int minor, count;
    struct span names[MOST_FIELDS], values[MOST_FIELDS];
};

struct connection {
    int fd;
    char *partial; /* a request cut by the end of a read */
    size_t partial_bytes;
    char *unsent;
    size_t from, to; /* of unsent */
};

enum { BROKEN = -1, PARTIAL = -2 };

static int epoll;
static char in[BUFFER_BYTES + MOST_HEAD];
static char out[1 << 20];
static char answer_text[256];
static size_t answer_bytes;
static time_t answer_second;
static char is_token[256];

/* ---- the parser ---- */

/* The first control, or DEL, or the end. */
static const char *skip_value(const char *at, const char *end) {
#ifdef __SSE4_2__
    static const char ranges[16] = "\0\010" "\012\037" "\177\177";
    const __m128i wanted = _mm_loadu_si128((const __m128i *)ranges);
    for (; end - at >= 16; at += 16) {
        int i = _mm_cmpestri(wanted, 6, _mm_loadu_si128((const __m128i *)at), 16,
                             _SIDD_LEAST_SIGNIFICANT | _SIDD_CMP_RANGES | _SIDD_UBYTE_OPS);
        if (i < 16) return at + i;
    }
#endif
    while (at < end && ((unsigned char)*at >= ' ' || *at == '\t') && *at != 127) at++;
    return at;
}

static const char *skip_token(const char *at, const char *end) {
    while (at < end && is_token[(unsigned char)*at]) at++;
    return at;
}

static int starts(const char *at, const char *end, const char *word) {
    size_t length = strlen(word);
    return (size_t)(end - at) >= length && !memcmp(at, word, length);
}

/* Both ends of a line that is there, after it; NULL if it ends otherwise. */
static const char *line_end(const char *at) {
    return at[0] == '\r' && at[1] == '\n' ? at + 2 : NULL;
}

static int first_line(struct request *r, const char **from, const char *end) {
    const char *at = skip_token(*from, end);
    r->method = (struct span){*from, (size_t)(at - *from)};
    if (at == end) return PARTIAL;
    if (*at != ' ' || at == *from) return BROKEN;
    const char *target = ++at;
    while (at < end && *at > ' ' && *at != 127) at++;
    r->target = (struct span){target, (size_t)(at - target)};
    if (end - at < 11) return PARTIAL;
    if (!starts(at, end, " HTTP/1.") || at == target) return BROKEN;
    r->minor = at[8] != '0';
    *from = line_end(at + 9);
    return *from ? 0 : BROKEN;
}

/* How long the head at the beginning is. */
static int parse(struct request *r, const char *from, const char *end) {
    const char *at = from;
    int problem = first_line(r, &at, end);
    if (problem) return problem;
    for (r->count = 0;; r->count++) {
        if (end - at < 2) return PARTIAL;
        if (*at == '\r') return line_end(at) ? (int)(line_end(at) - from) : BROKEN;
        if (r->count == MOST_FIELDS) return BROKEN;
        const char *colon = skip_token(at, end);
        if (colon == end) return PARTIAL;
        if (*colon != ':' || colon == at) return BROKEN;
        r->names[r->count] = (struct span){at, (size_t)(colon - at)};
        const char *value = colon + 1;
        while (value < end && (*value == ' ' || *value == '\t')) value++;
        const char *value_end = skip_value(value, end);
        if (end - value_end < 2) return PARTIAL;
        at = line_end(value_end);
        if (!at) return BROKEN;
        while (value_end > value && (value_end[-1] == ' ' || value_end[-1] == '\t')) value_end--;
        r->values[r->count] = (struct span){value, (size_t)(value_end - value)};
    }
}

static int is(struct span span, const char *word) {
    return span.length == strlen(word) && !strncasecmp(span.from, word, span.length);
}

/* Those with a Host and without a body, to go on with the connection after: all that are asked here. */
static int is_simple(const struct request *r) {
    int hosts = 0;
    for (int i = 0; i < r->count; i++) {
        if (is(r->names[i], "host")) hosts++;
        if (is(r->names[i], "content-length") || is(r->names[i], "transfer-encoding")) return 0;
        if (is(r->names[i], "connection") && is(r->values[i], "close")) return 0;
    }
    return hosts == 1 && r->minor == 1;
}

/* ---- answers ---- */

/* Made anew once a second. */
static void renew_answer(void) {
    time_t second = time(NULL);
    if (second == answer_second) return;
    answer_second = second;
    char date[40];
    struct tm parts;
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&second, &parts));
    answer_bytes = (size_t)snprintf(answer_text, sizeof answer_text,
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nServer: bench\r\nDate: %s\r\nContent-Length: 13\r\n\r\nHello, World!", date);
}

static void watch(struct connection *c, int operation, uint32_t events) {
    struct epoll_event e = {.events = events, .data.ptr = c};
    epoll_ctl(epoll, operation, c->fd, &e);
}

static void answer(struct connection *c, const char *bytes, size_t length) {
    ssize_t n = send(c->fd, bytes, length, 0);
    if (n < 0 && errno != EAGAIN) return; /* the next recv tells */
    size_t sent = n < 0 ? 0 : (size_t)n;
    if (sent < length) {
        c->unsent = malloc(length - sent);
        memcpy(c->unsent, bytes + sent, length - sent);
        c->from = 0;
        c->to = length - sent;
        watch(c, EPOLL_CTL_MOD, EPOLLOUT);
    }
}

static void end(struct connection *c) {
    close(c->fd);
    free(c->partial);
    free(c->unsent);
    free(c);
}

/* ---- connections ---- */

static void readable(struct connection *c) {
    if (c->partial) memcpy(in, c->partial, c->partial_bytes);
    ssize_t n = recv(c->fd, in + c->partial_bytes, BUFFER_BYTES, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
        end(c);
        return;
    }
    const char *at = in, *to = in + c->partial_bytes + n;
    size_t filled = 0;
    int length = PARTIAL;
    static struct request request;
    while (at < to && (length = parse(&request, at, to)) > 0 && is_simple(&request) && filled + answer_bytes <= sizeof out) {
        memcpy(out + filled, answer_text, answer_bytes);
        filled += answer_bytes;
        at += length;
    }
    if (at < to && (length != PARTIAL || to - at > MOST_HEAD)) {
        end(c);
        return;
    }
    c->partial_bytes = (size_t)(to - at);
    free(c->partial);
    c->partial = at < to ? memcpy(malloc(c->partial_bytes), at, c->partial_bytes) : NULL;
    if (filled) answer(c, out, filled);
}

static void writable(struct connection *c) {
    ssize_t n = send(c->fd, c->unsent + c->from, c->to - c->from, 0);
    if (n < 0 && errno == EAGAIN) return;
    c->from += n < 0 ? c->to - c->from : (size_t)n; /* after an error the next recv tells */
    if (c->from == c->to) {
        free(c->unsent);
        c->unsent = NULL;
        watch(c, EPOLL_CTL_MOD, EPOLLIN);
    }
}

static void accept_all(int listener) {
    for (int fd; (fd = accept_from(listener)) >= 0;) {
        struct connection *c = calloc(1, sizeof *c);
        c->fd = fd;
        watch(c, EPOLL_CTL_ADD, EPOLLIN);
    }
}

int main(int argc, char **argv) {
    for (int c = '0'; c <= 'z'; c++) is_token[c] = (c <= '9') || (c >= 'A' && c <= 'Z') || c >= 'a';
    for (const char *c = "!#$%&'*+-.^_`|~"; *c; c++) is_token[(unsigned char)*c] = 1;
    struct connection listener = {.fd = listen_and_announce(argc, argv)};
    epoll = epoll_create1(0);
    watch(&listener, EPOLL_CTL_ADD, EPOLLIN);
    struct epoll_event ready[512];
    for (;;) {
        int n = epoll_wait(epoll, ready, 512, -1);
        renew_answer();
        for (int i = 0; i < n; i++) {
            struct connection *c = ready[i].data.ptr;
            if (c == &listener) {
                accept_all(c->fd);
            } else if (c->unsent) {
                writable(c);
            } else {
                readable(c);
            }
        }
    }
}
