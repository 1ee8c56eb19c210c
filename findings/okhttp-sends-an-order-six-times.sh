#!/bin/sh
# OkHttp 5 sends one POST six times, all of it and without a word, to a host of four addresses that takes it and closes without an answer: twice
# more than the host has addresses if the connection had been used before, once for each address if it is new. OkHttp 4 sends it five times.
#
# RFC 9110, 9.2.2: a client "SHOULD NOT automatically retry a request with a non-idempotent method" unless it knows that it is idempotent in
# fact, or that it "was never applied". That OkHttp repeats what fails on a kept connection, which the server may have closed meanwhile, is
# known, and one expects one more try, on a new connection. But then any failure but a timeout is one of the route: the next address of the
# host is tried, whatever has been sent to the last, and a server that breaks at a certain order gets it at all its addresses. The sixth: who
# took a connection from the pool has not looked the addresses up, and after the try on a new connection to the same one it is assumed that there
# are some, among them the one that has just failed. execute() fails once, or returns the answer to the last of them. Only
# retryOnConnectionFailure(false), or a body with isOneShot(), sends it once. The JDK's HttpClient and Apache's send it once, Reactor Netty
# and Jetty too; the JDK's old HttpURLConnection twice.
#
# Seen with OkHttp 4.12.0 and 5.4.0 on OpenJDK 17.0.15. Source: RetryAndFollowUpInterceptor.recover (requestSendStarted matters only to bodies
# of one shot), RealRoutePlanner.hasNext ("assume it'll have at least one route").
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen, of one POST that a server takes and then closes:
#   OkHttp 4.12.0: 1 address: new connection 1, kept connection 2; 4 addresses: new connection 4, kept connection 5
#   OkHttp 5.4.0: 1 address: new connection 1, kept connection 3; 4 addresses: new connection 4, kept connection 6
#   OkHttp 5.4.0, retryOnConnectionFailure(false): 4 addresses, kept connection 1
#   HttpClient of the JDK, kept connection 1; Apache 5.6, kept connection 1
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
