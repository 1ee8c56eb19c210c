package dev.anyloop.tck;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.report.Subject;
import dev.anyloop.tck.rules.Backend;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.Over;
import dev.anyloop.tck.rules.RuleTest;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.SocketChapters;
import dev.anyloop.tck.rules.close.LingeringRules;
import dev.anyloop.tck.rules.close.UntoldFailureRules;
import dev.anyloop.tck.rules.connect.AddressFormRules;
import dev.anyloop.tck.rules.connect.AddressRules;
import dev.anyloop.tck.rules.connect.ConnectFailureRules;
import dev.anyloop.tck.rules.connect.ConnectingRules;
import dev.anyloop.tck.rules.connect.LocalAddressRules;
import dev.anyloop.tck.rules.connect.LookUpTurnsRules;
import dev.anyloop.tck.rules.connect.NowhereRules;
import dev.anyloop.tck.rules.connect.RacingRules;
import dev.anyloop.tck.rules.connect.ResolvingRules;
import dev.anyloop.tck.rules.connect.ZoneRules;
import dev.anyloop.tck.rules.datagram.DatagramLifeRules;
import dev.anyloop.tck.rules.datagram.FloodRules;
import dev.anyloop.tck.rules.datagram.InterfaceRules;
import dev.anyloop.tck.rules.datagram.LinkRules;
import dev.anyloop.tck.rules.datagram.MulticastRules;
import dev.anyloop.tck.rules.datagram.ReceivingRules;
import dev.anyloop.tck.rules.datagram.RefusalRules;
import dev.anyloop.tck.rules.datagram.SendingRules;
import dev.anyloop.tck.rules.datagram.WaitingRules;
import dev.anyloop.tck.rules.discovery.CapabilityRules;
import dev.anyloop.tck.rules.discovery.DiscoveryRules;
import dev.anyloop.tck.rules.error.ErrorRules;
import dev.anyloop.tck.rules.error.LanguageRules;
import dev.anyloop.tck.rules.error.LoggingRules;
import dev.anyloop.tck.rules.error.MisuseMessageRules;
import dev.anyloop.tck.rules.listen.AcceptingRules;
import dev.anyloop.tck.rules.listen.DescriptorRules;
import dev.anyloop.tck.rules.listen.ListeningRules;
import dev.anyloop.tck.rules.listen.SocketOptionRules;
import dev.anyloop.tck.rules.listen.WildcardRules;
import dev.anyloop.tck.rules.loop.LoopCloseRules;
import dev.anyloop.tck.rules.loop.LoopClosingRules;
import dev.anyloop.tck.rules.loop.LoopHarmRules;
import dev.anyloop.tck.rules.loop.LoopLifeRules;
import dev.anyloop.tck.rules.loop.LoopRules;
import dev.anyloop.tck.rules.loop.LoopShutdownRules;
import dev.anyloop.tck.rules.loop.LoopStepRules;
import dev.anyloop.tck.rules.loop.LoopStopRules;
import dev.anyloop.tck.rules.loop.LoopThrowRules;
import dev.anyloop.tck.rules.order.MisuseRules;
import dev.anyloop.tck.rules.order.OrderingRules;
import dev.anyloop.tck.rules.order.ReentrancyRules;
import dev.anyloop.tck.rules.resource.ForgettingRules;
import dev.anyloop.tck.rules.resource.MemoryRules;
import dev.anyloop.tck.rules.resource.ResourceRules;
import dev.anyloop.tck.rules.resource.SecuredMemoryRules;
import dev.anyloop.tck.rules.resource.StarvationRules;
import dev.anyloop.tck.rules.share.FailingLoopsRules;
import dev.anyloop.tck.rules.share.ManyLoopsRules;
import dev.anyloop.tck.rules.share.SharedPortRules;
import dev.anyloop.tck.rules.signal.SignalRules;
import dev.anyloop.tck.rules.thread.SubmittingRules;
import dev.anyloop.tck.rules.thread.ThreadRules;
import dev.anyloop.tck.rules.watch.CountingRules;
import dev.anyloop.tck.rules.watch.DescriptionRules;
import dev.anyloop.tck.rules.watch.WatchRules;
import dev.anyloop.tck.rules.timer.TimerExtremeRules;
import dev.anyloop.tck.rules.timer.TimerLifeRules;
import dev.anyloop.tck.rules.timer.TimerRules;
import dev.anyloop.tck.rules.tls.ComputingRules;
import dev.anyloop.tck.rules.tls.ContextRules;
import dev.anyloop.tck.rules.tls.HandshakeRules;
import dev.anyloop.tck.rules.tls.SecuredEndRules;
import dev.anyloop.tck.rules.tls.SecuredRules;
import dev.anyloop.tck.rules.tls.StartTlsRefusalRules;
import dev.anyloop.tck.rules.tls.StartTlsRules;
import dev.anyloop.tck.rules.tls.TrustRules;
import dev.anyloop.tck.rules.unix.UnixConnectRules;
import dev.anyloop.tck.rules.unix.UnixServerRules;
import org.junit.jupiter.api.Nested;

/**
 * The conformance kit. A backend extends it and says what it is:
 *
 * <pre>{@code
 * class MyBackendTckTest extends EventLoopTck {
 *     @Override protected EventLoopProvider provider() { return new MyEventLoopProvider(); }
 * }
 * }</pre>
 *
 * <p>Each nested class is a chapter of {@code docs/spec.md}; each test cites the rules it shows. System properties (or
 * environment variables): {@code tck.timeoutFactor} ({@code TCK_TIMEOUT_FACTOR}) for slow machines, {@code tck.seed}
 * ({@code TCK_SEED}) to repeat a run, {@code tck.include} ({@code TCK_INCLUDE}) to run some rules or tests only, for
 * example {@code TIMER-*,CONN-003}, {@code tck.tls} ({@code TCK_TLS}) for the versions of TLS over which the chapters about
 * sockets run as well, {@code 1.3} by default, {@code 1.3,1.2} for both or {@code none}; {@code tck.jobs}
 * ({@code TCK_JOBS}) to have so many processes share the tests, which takes less time and shows the same.
 */
public abstract non-sealed class EventLoopTck extends Kit {

    /** Made by the backend's test class. */
    protected EventLoopTck() {}

    /**
     * The backend under test.
     *
     * @return a provider; asked often, so cheap to make
     */
    protected abstract EventLoopProvider provider();

    @Override
    protected String column() {
        return provider().name();
    }

    @Override
    final Subject subject(Medium medium) {
        return medium == Medium.TCP
                ? new Subject(this::column, this::detail, "loop", rule -> !rule.startsWith("SEAM-"), report())
                : new Subject(() -> column() + " over " + medium, this::detail, "loop", SocketChapters::covers, report());
    }

    private String detail() {
        return provider().name() + ": " + provider().availability().detail();
    }

    @Override
    final boolean has(Medium medium) {
        return provider().capabilities().containsAll(medium.needs());
    }

    @Override
    final void equip(RuleTest test, Medium medium) {
        if (test instanceof Chapter chapter) {
            chapter.use(new Backend(getClass(), this::provider, this::limits, medium));
        }
    }

    @Nested
    class Loop extends LoopRules {}

    @Nested
    class LoopLife extends LoopLifeRules {}

    @Nested
    class LoopClosing extends LoopClosingRules {}

    @Nested
    class LoopStep extends LoopStepRules {}

    @Nested
    class LoopStop extends LoopStopRules {}

    @Nested
    class LoopClose extends LoopCloseRules {}

    @Nested
    class LoopThrow extends LoopThrowRules {}

    @Nested
    class LoopHarm extends LoopHarmRules {}

    @Nested
    class LoopShutdown extends LoopShutdownRules {}

    @Nested
    class Timers extends TimerRules {}

    @Nested
    class TimerLife extends TimerLifeRules {}

    @Nested
    class TimerExtremes extends TimerExtremeRules {}

    @Nested
    class Signals extends SignalRules {}

    @Nested
    class Ordering extends OrderingRules {}

    @Nested
    class Reentrancy extends ReentrancyRules {}

    @Nested
    class Misuse extends MisuseRules {}

    @Nested
    class Connecting extends ConnectingRules {}

    @Nested
    class ConnectFailures extends ConnectFailureRules {}

    @Nested
    class Resolving extends ResolvingRules {}

    @Nested
    class LookUpTurns extends LookUpTurnsRules {}

    @Nested
    class Addresses extends AddressRules {}

    @Nested
    class Racing extends RacingRules {}

    @Nested
    class LocalAddresses extends LocalAddressRules {}

    @Nested
    class AddressForms extends AddressFormRules {}

    @Nested
    class Zones extends ZoneRules {}

    @Nested
    class Nowhere extends NowhereRules {}

    @Nested
    class Sockets extends SocketChapters {}

    @Nested
    @Over(Medium.TLS_1_3)
    class SocketsOverTls13 extends SocketChapters {}

    @Nested
    @Over(Medium.TLS_1_2)
    class SocketsOverTls12 extends SocketChapters {}

    @Nested
    @Over(Medium.UNIX)
    class SocketsOverUnix extends SocketChapters {}

    @Nested
    class Secured extends SecuredRules {}

    @Nested
    class SecuredEnds extends SecuredEndRules {}

    @Nested
    class Handshakes extends HandshakeRules {}

    @Nested
    class Computing extends ComputingRules {}

    @Nested
    class Contexts extends ContextRules {}

    @Nested
    class StartTls extends StartTlsRules {}

    @Nested
    class StartTlsRefusals extends StartTlsRefusalRules {}

    @Nested
    class Trust extends TrustRules {}

    @Nested
    class Lingering extends LingeringRules {}

    @Nested
    class UntoldFailures extends UntoldFailureRules {}

    @Nested
    class Listening extends ListeningRules {}

    @Nested
    class Wildcards extends WildcardRules {}

    @Nested
    class Accepting extends AcceptingRules {}

    @Nested
    class Descriptors extends DescriptorRules {}

    @Nested
    class SocketOptions extends SocketOptionRules {}

    @Nested
    class DatagramLife extends DatagramLifeRules {}

    @Nested
    class Floods extends FloodRules {}

    @Nested
    class Links extends LinkRules {}

    @Nested
    class Interfaces extends InterfaceRules {}

    @Nested
    class WaitingDatagrams extends WaitingRules {}

    @Nested
    class Multicasts extends MulticastRules {}

    @Nested
    class DatagramsReceived extends ReceivingRules {}

    @Nested
    class DatagramsSent extends SendingRules {}

    @Nested
    class DatagramsRefused extends RefusalRules {}

    @Nested
    class UnixServers extends UnixServerRules {}

    @Nested
    class UnixConnects extends UnixConnectRules {}

    @Nested
    class SharedPorts extends SharedPortRules {}

    @Nested
    class ManyLoops extends ManyLoopsRules {}

    @Nested
    class FailingLoops extends FailingLoopsRules {}

    @Nested
    class Threads extends ThreadRules {}

    @Nested
    class Submitting extends SubmittingRules {}

    @Nested
    class Resources extends ResourceRules {}

    @Nested
    class Forgetting extends ForgettingRules {}

    @Nested
    class Memory extends MemoryRules {}

    @Nested
    class SecuredMemory extends SecuredMemoryRules {}

    @Nested
    class Starvation extends StarvationRules {}

    @Nested
    class Watching extends WatchRules {}

    @Nested
    class Descriptions extends DescriptionRules {}

    @Nested
    class Counting extends CountingRules {}

    @Nested
    class Errors extends ErrorRules {}

    @Nested
    class Languages extends LanguageRules {}

    @Nested
    class Logging extends LoggingRules {}

    @Nested
    class MisuseMessages extends MisuseMessageRules {}

    @Nested
    class Discovery extends DiscoveryRules {}

    @Nested
    class Capabilities extends CapabilityRules {}
}
