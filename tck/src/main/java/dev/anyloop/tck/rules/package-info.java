/**
 * The rules of {@code docs/spec.md} as tests, a package for each chapter, and what they are written with.
 *
 * <h2>Writing rules</h2>
 *
 * A chapter of {@code docs/spec.md} is a class {@code …Rules extends Chapter}; more than 300 lines become a second class
 * and a second {@code @Nested} line in {@code EventLoopTck}. A test is a package-private method with
 * {@code @Rule("HALF-001")} (at most three ids) and a sentence for a name. Add {@code @Stochastic(3)} where the spec says
 * so. Typically it opens a loop, plays a script on the other end, and looks at what was recorded:
 *
 * <pre>{@code
 * @Rule({"HALF-001", "READ-004"})
 * void dataThatComesWithTheEndIsDeliveredFirst() {
 *     int port = peerServer(peer -> peer.send("hello").end().readAll());   // a blocking socket on a thread of its own
 *     List<RecordedSocket> sockets = new ArrayList<>();
 *     withLoop(loop -> sockets.add(connect(loop, port)                      // runs until nothing is left, then closes
 *             .onConnect(s -> s.write("hi"))));                             // reactions are set on the recording
 *     assertEquals("connect data end close", sockets.get(0).trace());
 *     assertEquals("hello", sockets.get(0).text());
 * }
 * }</pre>
 *
 * <ul>
 *   <li><b>Loops.</b> {@code withLoop(init)} opens, runs, closes and checks; {@code withOpenLoop(body)} leaves running to
 *       the body (for {@code stop}, {@code close} and several runs). Both take {@code LoopOptions} first. A loop that is
 *       still running at {@code limits().mustHappen()} is stopped and fails with {@code describe()} and its threads.
 *       Whatever a callback throws fails the test and stops the loop, so assert inside callbacks as you like; a test
 *       that wants the exception sets {@code loop.onUncaught} itself.
 *   <li><b>Sockets.</b> {@code connect(loop, port)}, {@code record(loop.connect(…))} and {@code listen(loop, onAccept)} give
 *       a {@code RecordedSocket}: it checks the callback grammar, the thread and that callbacks do not nest, in every
 *       test. Ask it for {@code trace() text() bytes() error() closeError() drains() completions()}; write with
 *       {@code r.socket().write(buffer, r.completion("a"))} to see completions.
 *   <li><b>Both ways.</b> In a {@code SocketChapter}, {@code bothWays(script, setup)} plays a script against a socket that
 *       connects and against one that is accepted, and gives both back for {@code traceOf(socket)} and the like.
 *   <li><b>Peers.</b> {@code peerServer(script)}, {@code smallPeerServer(script)} (stalls soon), {@code peer(port, script)}
 *       connect; {@code refusingPort()}, {@code silentPort()} (connects hang); {@code helper(work)} is any other thread. A
 *       {@code Peer} can {@code send read readAll end reset drain hold}. Scripts are joined when the loop is closed; what
 *       they throw fails the test. {@code assumeIpv6()} and {@code assumeLinux()} skip what a machine cannot show.
 *   <li><b>Time.</b> {@code when(loop, condition, action)} waits for something that must happen;
 *       {@code afterQuiet(loop, action)} for something that must not (after a positive control has shown that it could
 *       be seen). Never sleep. "Never early" is strict; "not too late" uses {@code jitter().tolerance()}.
 *   <li><b>The world.</b> Clock, threads, what they wait for, and sockets are those of {@code world()}, which need not be this
 *       machine: {@code nanoTime() block(time) latch(1) semaphore(0) queue()}, {@code helper(work)}, never the JDK's own. What is
 *       about the operating system itself says so, {@code @NeedsSystem("signals")}.
 *   <li><b>Chance.</b> {@code random()} and {@code randomBytes(n)} repeat with the seed that a failure prints.
 *   <li><b>Leaks.</b> After each test no thread and no socket, pipe or epoll descriptor may be left.
 *       {@code descriptorCount()} for rules that count them.
 *   <li><b>Exact times and rare events</b> (an order to the nanosecond, a full batch, a failing output) are tested on the
 *       fake transport instead, in this module's own tests: plain classes with {@code @Rule} methods, as in
 *       {@code CoreOnTheFakeTest}; they count as tests of their rules.
 *   <li><b>Never</b> ask which backend it is.
 * </ul>
 */
@NullMarked
package dev.anyloop.tck.rules;

import org.jspecify.annotations.NullMarked;
