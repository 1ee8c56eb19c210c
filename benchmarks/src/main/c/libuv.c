/* libuv, with a try-write first, as those who count system calls write it. */
#define _GNU_SOURCE
#include "server.h"
#include <uv.h>

struct connection {
    uv_tcp_t tcp;
    size_t partial;
};

struct rest {
    uv_write_t request;
    char bytes[];
};

static char in[BUFFER_BYTES];

/* One buffer for all: it is read and answered before the next read. */
static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
    (void)handle;
    (void)suggested;
    *buffer = uv_buf_init(in, sizeof in);
}

static void on_close(uv_handle_t *handle) {
    free(handle);
}

static void on_written(uv_write_t *request, int status) {
    (void)status; /* after an error the read tells */
    free(request);
}

static void answer(uv_stream_t *stream, char *bytes, size_t length) {
    uv_buf_t buffer = uv_buf_init(bytes, (unsigned)length);
    int n = uv_try_write(stream, &buffer, 1);
    size_t sent = n < 0 ? 0 : (size_t)n;
    if (sent < length) {
        struct rest *rest = malloc(sizeof *rest + length - sent);
        memcpy(rest->bytes, bytes + sent, length - sent);
        buffer = uv_buf_init(rest->bytes, (unsigned)(length - sent));
        uv_write(&rest->request, stream, &buffer, 1, on_written);
    }
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer) {
    struct connection *c = (struct connection *)stream;
    if (n < 0) {
        uv_close((uv_handle_t *)stream, on_close);
    } else if (echo) {
        answer(stream, buffer->base, (size_t)n);
    } else {
        size_t length = answer_to((size_t)n, &c->partial);
        if (length) answer(stream, replies, length);
    }
}

static void on_connection(uv_stream_t *listener, int status) {
    struct connection *c = calloc(1, sizeof *c);
    uv_tcp_init(listener->loop, &c->tcp);
    if (status < 0 || uv_accept(listener, (uv_stream_t *)c) < 0) {
        uv_close((uv_handle_t *)c, on_close);
        return;
    }
    uv_tcp_nodelay(&c->tcp, 1);
    uv_read_start((uv_stream_t *)c, on_alloc, on_read);
}

int main(int argc, char **argv) {
    int fd = listen_and_announce(argc, argv);
    uv_loop_t *loop = uv_default_loop();
    uv_tcp_t listener;
    uv_tcp_init(loop, &listener);
    uv_tcp_open(&listener, fd);
    uv_listen((uv_stream_t *)&listener, 1024, on_connection);
    return uv_run(loop, UV_RUN_DEFAULT);
}
