/** A server and a client of HTTP/1.1, on the API of Anyloop alone. */
module dev.anyloop.http {
    requires transitive dev.anyloop;
    requires static org.jspecify;

    exports dev.anyloop.http;
    exports dev.anyloop.http.protocol;
}
