/*
 * What the programs over TLS share: OpenSSL in the form of recv and send. The load knows one version and one cipher suite,
 * so that all servers do the same work.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#define TLS_SHARED static __attribute__((unused))

TLS_SHARED SSL_CTX *tls_context(const SSL_METHOD *side) {
    SSL_CTX *context = SSL_CTX_new(side);
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1); /* or each record takes two reads */
    return context;
}

TLS_SHARED ssize_t tls_result(SSL *tls, int n) {
    if (n > 0) return n;
    int error = SSL_get_error(tls, n);
    if (error == SSL_ERROR_ZERO_RETURN) return 0;
    int waits = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
    if (!waits) ERR_clear_error(); /* it is of the thread, and would be taken for the next connection's */
    errno = waits ? EAGAIN : EPROTO;
    return -1;
}

/* Shakes hands first, if that is not done. */
TLS_SHARED ssize_t tls_recv(SSL *tls, char *to, size_t length) {
    return tls_result(tls, SSL_read(tls, to, (int)length));
}

TLS_SHARED ssize_t tls_send(SSL *tls, const char *from, size_t length) {
    return tls_result(tls, SSL_write(tls, from, (int)length));
}
