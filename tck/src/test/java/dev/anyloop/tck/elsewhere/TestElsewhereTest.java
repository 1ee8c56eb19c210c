package dev.anyloop.tck.elsewhere;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.NestedMethodSelector;

class TestElsewhereTest {

    private static final String KIT = "dev.anyloop.tck.elsewhere.ElsewhereKit";
    private static final String RULES = "dev.anyloop.tck.EventLoopTck";

    private static List<NestedMethodSelector> found(String include) {
        return TestElsewhere.selectors(TestElsewhere.all(include)).stream().map(NestedMethodSelector.class::cast).toList();
    }

    @Test
    void ofAChapterThatIsElsewhereOnly() {
        assertEquals(List.of(KIT + "/" + KIT + "$SystemTimeout#theSystemsOwnConnectTimeoutIsOneAsWell"),
                List.of(TestElsewhere.all("theSystemsOwn*").split(" ")));
        NestedMethodSelector test = found("theSystemsOwn*").get(0);
        assertEquals(List.of(ElsewhereKit.class), test.getEnclosingClasses());
        assertEquals(ElsewhereKit.SystemTimeout.class, test.getNestedClass());
        assertEquals("theSystemsOwnConnectTimeoutIsOneAsWell", test.getMethod().getName());
    }

    @Test
    void ofAChapterWithinAnother() {
        String first = found("READ-001").get(0).getNestedClassName();
        assertEquals("dev.anyloop.tck.rules.SocketChapters$Reading", first);
        assertEquals(List.of(KIT, RULES + "$Sockets"), found("READ-001").stream()
                .map(NestedMethodSelector::getEnclosingClassNames).filter(names -> names.get(1).endsWith("$Sockets"))
                .findFirst().orElseThrow());
    }

    /** Each of them with its own, however many lists of rules and names it is in. */
    @Test
    void ofAListTheTestsThatAreInAnyPartOfIt() {
        assertEquals(Stream.of("withoutIpv6*", "anIpv4SenderHasAnIpv4AddressOnASocketForBothFamilies")
                        .map(TestElsewhere::all).flatMap(tests -> Arrays.stream(tests.split(" "))).sorted().toList(),
                Arrays.stream(TestElsewhere.all("withoutIpv6*, anIpv4SenderHasAnIpv4AddressOnASocketForBothFamilies").split(" "))
                        .sorted().toList());
    }

    @Test
    void ofANameThatNoTestHasNothing() {
        assertEquals("", TestElsewhere.all("nothing"));
        assertEquals(List.of(), TestElsewhere.selectors(""));
    }
}
