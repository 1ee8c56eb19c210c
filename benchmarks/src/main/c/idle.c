/*
 * A crowd that says nothing: opens connections, each known to the server by one request and its reply, says "ready", and
 * holds them until its input ends.
 *
 *   idle PORT PID CONNECTIONS        (it measures nothing, but is called like the others)
 */
#define _GNU_SOURCE
#include "client.h"

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: idle PORT PID CONNECTIONS\n");
        return 2;
    }
    int port = atoi(argv[1]), connections = atoi(argv[3]);
    raise_file_limit();
    for (int i = 0; i < connections; i++) {
        char answer[256];
        struct wire wire = open_wire(open_socket((unsigned)i));
        connect_to(wire.fd, port);
        if (wire_send(&wire, REQUEST, REQUEST_BYTES) != REQUEST_BYTES) fail("send");
        if (wire_recv(&wire, answer, sizeof answer) != REPLY_BYTES) fail("recv");
    }
    printf("ready\n");
    fflush(stdout);
    while (getchar() != EOF) continue;
    return 0;
}
