#!/bin/sh
# uvloop calls a timer's callback before the time that was asked for, by its own clock too, and of two timers mostly the later one first:
# what is set for 20.4 ms comes before what is set for 19.8 ms. A callback that looks at the clock and waits for the rest turns hundreds of
# times.
#
# libuv's timers have whole milliseconds, and so has uvloop's loop.time(). call_at() takes the difference of the two, and rounds it to the
# nearest: 10.4 ms are 10, and 0.4 ms are none, which is call_soon(). It was to mend timers that were early, since before it was always
# rounded down; only rounding up would do. Both timers above are 20 ms then, and of equal ones libuv takes the one that was set first.
# asyncio's own loop keeps its deadlines as they are, and rounds up what it waits for. Whoever maps deadlines to a coarser clock below meets
# the same three: early, out of order, and a loop that does not sleep for the rest.
#
# Seen with uvloop 0.17.0+ds1-2+b2, libuv 1.44.2-1+deb12u1 and Python 3.11.2 of Debian 12. Source: Loop.call_later and call_at in
# uvloop/loop.pyx, round(delay * 1000); https://github.com/MagicStack/uvloop/issues/233 (2019, closed) and
# https://github.com/MagicStack/uvloop/pull/755 (2026, open).
# Needs apt-get of Debian 12, with its lists, and its python3, x86-64.
#
# Output seen (the numbers of uvloop vary by a little):
#   asyncio: of 40 deadlines 10.4 ms away 0 come early, 40 callbacks until all are reached; 19.8 ms first 10 of 10 times
#   uvloop: of 40 deadlines 10.4 ms away 24 come early, 10504 callbacks until all are reached; 19.8 ms first 0 of 10 times
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq python3-uvloop=0.17.0+ds1-2+b2 libuv1=1.44.2-1+deb12u1 2>/dev/null
for package in *.deb; do dpkg -x "$package" root; done
cat > timers.py <<'PY'
import asyncio
import sys

import uvloop


async def early():
    """How often a callback finds that its deadline is still ahead, and how often it is called until it is not."""
    loop = asyncio.get_running_loop()
    early = calls = 0
    for _ in range(40):
        reached = loop.create_future()
        deadline = loop.time() + 0.0104
        first = True

        def look():
            nonlocal early, calls, first
            calls += 1
            if loop.time() < deadline:
                early += first
                loop.call_at(deadline, look)
            else:
                reached.set_result(None)
            first = False

        loop.call_at(deadline, look)
        await reached
    return early, calls


async def in_order():
    """How often of two timers the one with the earlier deadline comes first."""
    loop = asyncio.get_running_loop()
    times = 0
    for _ in range(10):
        order = []
        both = loop.create_future()
        now = loop.time()
        loop.call_at(now + 0.0204, order.append, "late")
        loop.call_at(now + 0.0198, order.append, "early")
        loop.call_at(now + 0.0300, both.set_result, None)
        await both
        times += order == ["early", "late"]
    return times


def told(name, loop):
    first, calls = loop.run_until_complete(early())
    times = loop.run_until_complete(in_order())
    loop.close()
    print(f"{name}: of 40 deadlines 10.4 ms away {first} come early, {calls} callbacks until all are reached; "
          f"19.8 ms first {times} of 10 times")
    return first, calls, times


own = told("asyncio", asyncio.new_event_loop())
uv = told("uvloop", uvloop.new_event_loop())
sys.exit(0 if own == (0, 40, 10) and uv[0] > 0 and uv[1] > 80 and uv[2] < 8 else 1)
PY
LD_LIBRARY_PATH=root/usr/lib/x86_64-linux-gnu PYTHONPATH=root/usr/lib/python3/dist-packages /usr/bin/python3 timers.py
