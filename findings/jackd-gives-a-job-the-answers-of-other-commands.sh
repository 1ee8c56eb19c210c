#!/bin/sh
# jackd, a client of beanstalkd for Node, hands out a job whose payload goes on with the answers of the commands that were sent behind the
# reserve: with "hello" waiting and reserve() and listTubeUsed() called in one go, the payload is "hello\r\nUSING default".
#
# "RESERVED <id> <bytes>" tells how long the body is, and jackd waits until that many bytes and the "\r\n" behind them have come. Then it
# takes for the body all that has come up to the last two bytes, and not those that were told. Which of the two it is depends on whether the
# answers arrive in one read, that is on how busy Node's loop is meanwhile: here it is held up for half a second, as a large JSON.parse
# would. One command after the other, each awaited, is right, and so is any test on an idle machine, mostly. Answers come in the order of
# the commands, by protocol.txt, so clients may send several at once, and two reserves on a connection lose the second job in the payload of
# the first.
#
# Seen with jackd 2.2.2 on Node 20.20.2, beanstalkd 1.12-2+b1 of Debian 12. Source: processChunk in jackd's dist/index.js (index =
# head.length - DELIMITER.length); doc/protocol.txt of beanstalkd 1.12, "reserve".
# Needs apt-get of Debian 12, with its lists, Node (18 or later) and npm.
#
# Output seen:
#   reserve alone: hello
#   reserve and listTubeUsed, the loop is busy: hello\r\nUSING default
#   two reserves, the loop is busy: hello\r\nRESERVED 4 6\r\nsecond
set -eu
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq beanstalkd=1.12-2+b1 2>/dev/null
dpkg -x beanstalkd*.deb root
npm install --silent --no-audit --no-fund --prefix "$dir" jackd@2.2.2 >/dev/null
root/usr/bin/beanstalkd -l 127.0.0.1 -p 0 >log 2>&1 &
server=$!
cat > jobs.js <<'JS'
const fs = require("fs");
const JackdClient = require("jackd");

function portOf(pid) {
    const inodes = fs.readdirSync(`/proc/${pid}/fd`).map(fd => fs.readlinkSync(`/proc/${pid}/fd/${fd}`))
        .map(link => /^socket:\[(\d+)\]/.exec(link)).filter(Boolean).map(found => found[1]);
    const lines = fs.readFileSync("/proc/net/tcp", "ascii").split("\n").map(line => line.trim().split(/\s+/));
    const listening = lines.find(fields => fields[3] === "0A" && inodes.includes(fields[9]));
    return listening && parseInt(listening[1].split(":")[1], 16);
}

function busy() {
    for (const end = Date.now() + 500; Date.now() < end; ) {}
}

async function connect(port) {
    const client = new JackdClient();
    await client.connect({host: "127.0.0.1", port});
    return client;
}

function show(what, job) {
    const payload = job.payload.toString();
    console.log(`${what}: ${JSON.stringify(payload).slice(1, -1)}`);
    return payload;
}

async function main() {
    let port;
    while (!(port = portOf(process.argv[2]))) {
        await new Promise(resolve => setTimeout(resolve, 50));
    }
    const client = await connect(port);
    await client.put("hello");
    const alone = await client.reserve();
    const aloneHas = show("reserve alone", alone);
    await client.delete(alone.id);

    await client.put("hello");
    const first = client.reserve();
    client.listTubeUsed();
    busy();
    const withTube = show("reserve and listTubeUsed, the loop is busy", await first);

    const other = await connect(port);
    await other.put("hello");
    await other.put("second");
    const two = other.reserve();
    other.reserve();
    busy();
    const both = show("two reserves, the loop is busy", await two);
    return aloneHas === "hello" && withTube === "hello\r\nUSING default" && both === "hello\r\nRESERVED 4 6\r\nsecond";
}

main().then(asSeen => process.exit(asSeen ? 0 : 1), error => {
    console.error(error);
    process.exit(2);
});
JS
node jobs.js "$server"
