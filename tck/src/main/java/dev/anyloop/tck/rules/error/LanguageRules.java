package dev.anyloop.tck.rules.error;

import dev.anyloop.tck.Rule;
import dev.anyloop.tck.elsewhere.Language;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.NeedsSystem;

/** Chapter ERR of the specification: an engine that listens to the system's words hears others in other languages. */
public abstract class LanguageRules extends Chapter {

    @Rule("ERR-002")
    @NeedsSystem("the language of the system")
    void inGermanEveryFailureHasTheSameKind() throws Exception {
        elsewhere().language(Language.GERMAN).run("ERR-002");
    }

    /** In a network where the system gives up connecting before anybody else does, after three seconds. */
    @Rule({"ERR-002", "CONN-003"})
    @NeedsSystem("the language of the system")
    void inFrenchTheSystemsOwnConnectTimeoutDoesToo() throws Exception {
        elsewhere()
                .language(Language.FRENCH)
                .network("echo 1 > /proc/sys/net/ipv4/tcp_syn_retries")
                .run("theSystemsOwn*,everyFailureTo*,anAddress*,aLocalAddress*,aNetwork*,aResetIs*");
    }
}
