package dev.anyloop.core.tls;

import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.core.net.Words;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.BadPaddingException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** What an engine's exception means, in words that say which check failed and what to do. */
final class TlsFailures {

    static final String NO_PROTOCOL_IN_COMMON = "no application protocol in common (see TlsOptions.withAlpn)";

    /** By which the peer says that it does not like our certificate, or that we have none. */
    private static final Set<String> OF_CERTIFICATES = Set.of("bad_certificate", "unsupported_certificate",
            "certificate_revoked", "certificate_expired", "certificate_unknown", "unknown_ca", "certificate_required",
            "bad_certificate_status_response", "no_certificate");

    /** What newer JDKs say when a key or trust manager has thrown what it should not; older ones throw that. */
    private static final String OF_A_MANAGER = "Unhandled exception";

    /** That the peer has shown none. */
    private static final List<String> NO_CERTIFICATE = List.of("Empty client certificate chain", "Empty server certificate chain",
            "PEER_DID_NOT_RETURN_A_CERTIFICATE", "TlsFatalAlert: certificate_required(");

    /** That it has another name, as clients are told. */
    private static final List<String> OTHER_NAME = List.of("No subject alternative", "No subjectAltNames", "No name matching",
            "No name found matching", "Illegal given domain name");

    /** What is said instead of what the JDK, Conscrypt or Bouncy Castle say, in part, where that says nothing to its user. */
    private static final Map<String, List<String>> OUR_WORDS = Map.of(
            "no cipher suite in common, or no certificate for one (has the server's context a key? see PemFiles.identity)",
            List.of("no cipher suites in common", "No available authentication scheme", "NO_SHARED_CIPHER",
                    "NO_CERTIFICATE_SET"),
            "no cipher suite in common, or one side has no certificate for it (see PemFiles.identity; a client has to have one too if"
                    + " the server demands it)",
            List.of("TlsFatalAlert: handshake_failure("),
            "no version of TLS is on that fits the cipher suites (see TlsOptions.withProtocols and withCiphers, and the JDK's"
                    + " jdk.tls.disabledAlgorithms)",
            List.of("No appropriate protocol"),
            "no version of TLS in common (see TlsOptions.withProtocols)",
            List.of("in server context", "by server preferences", "by client preferences", "UNSUPPORTED_PROTOCOL",
                    "TlsFatalAlert: protocol_version("),
            NO_PROTOCOL_IN_COMMON,
            List.of("No matching application layer protocol values", "TlsFatalAlert: no_application_protocol("),
            "a record is damaged, or not of this connection (somebody in between, or a peer that is broken)",
            List.of("Tag mismatch", "bad record MAC", "Bad record MAC", "Insufficient buffer remaining for AEAD", "BAD_RECORD_MAC",
                    "TlsFatalAlert: bad_record_mac("),
            "the context trusts nobody (see PemFiles.trust)",
            List.of("trustAnchors parameter must be non-empty"));

    private TlsFailures() {}

    /**
     * What is told of anything that ends a connection.
     *
     * @param thrown an error of the machine, or an exception
     * @param secure whether the handshake was done before
     */
    static IOException of(Throwable thrown, @Nullable SSLEngine engine, boolean secure) {
        if (thrown instanceof VirtualMachineError starved) {
            return new EngineException(Operation.READ, starved);
        }
        return thrown instanceof IOException io && !(thrown instanceof SSLException) ? io : ofEngine(thrown, engine, secure);
    }

    private static TlsException ofEngine(Throwable thrown, @Nullable SSLEngine engine, boolean secure) {
        String words = thrown instanceof LinkageError ? "its provider is not there as a whole: " + Words.of(thrown) : Words.message(thrown);
        String alert = Alert.heardIn(words);
        CertificateException refused = cause(thrown, CertificateException.class);
        if (alert != null && OF_CERTIFICATES.contains(alert)) {
            return new TlsException(ErrorKind.TLS_CERTIFICATE, "the peer refuses the certificate of this side, or wants one: alert "
                    + alert + (alert.equals("unknown_ca") || alert.equals("certificate_unknown")
                    ? " (does it trust who has issued it, and has it the name that it asked for?)" : ""), thrown);
        } else if (alert != null) {
            return new TlsException(secure ? ErrorKind.TLS_PROTOCOL : ErrorKind.TLS_HANDSHAKE, "the peer gave up: alert " + alert + wayOut(alert), thrown);
        } else if (refused != null) {
            return new TlsException(ErrorKind.TLS_CERTIFICATE, certificate(refused, engine), thrown);
        } else if (NO_CERTIFICATE.stream().anyMatch(words::contains)) {
            return new TlsException(ErrorKind.TLS_CERTIFICATE, "the peer has shown no certificate", thrown);
        } else if (words.contains("certificate chain length")) { // of the JDK's limits, which are none of TLS
            return new TlsException(ErrorKind.TLS_CERTIFICATE, "the certificate of the peer comes with too many others: " + words
                    + " (see the JDK's jdk.tls.maxCertificateChainLength)", thrown);
        } else if (words.contains("size of the handshake message")) {
            return new TlsException(secure ? ErrorKind.TLS_PROTOCOL : ErrorKind.TLS_HANDSHAKE,
                    words + " (has the peer a large certificate? see the JDK's jdk.tls.maxHandshakeMessageSize)", thrown);
        }
        if (!secure && thrown.getCause() != null && (words.contains(OF_A_MANAGER) || isWrapped(thrown))) {
            return new TlsException(ErrorKind.TLS_HANDSHAKE, "its computation failed: " + Words.of(thrown.getCause()), thrown);
        }
        boolean handshake = !secure
                && (thrown instanceof SSLHandshakeException || !(thrown instanceof SSLException) || Alert.endsHandshake(words));
        return new TlsException(handshake ? ErrorKind.TLS_HANDSHAKE : ErrorKind.TLS_PROTOCOL, ours(words), thrown);
    }

    /** A checked exception that a manager has thrown without declaring it, in one of older JDKs with the same words. */
    private static boolean isWrapped(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return thrown.getClass() == SSLException.class && !(cause instanceof SSLException) && !(cause instanceof BadPaddingException)
                && (Words.message(thrown).equals(Words.message(cause)) || Words.message(thrown).startsWith("Delegated task threw"));
    }

    private static String ours(String words) {
        for (Map.Entry<String, List<String>> each : OUR_WORDS.entrySet()) {
            if (each.getValue().stream().anyMatch(words::contains)) {
                return each.getKey();
            }
        }
        return words;
    }

    /** Else it would be asked again and again. */
    static TlsException noProgress(SSLEngineResult result) {
        return new TlsException(ErrorKind.TLS_PROTOCOL, "the TLS engine makes no progress: " + result.getStatus()
                + ", " + result.getHandshakeStatus());
    }

    private static String wayOut(String alert) {
        return switch (alert) {
            case "handshake_failure" -> " (no cipher suite, group or signature in common; or in TLS 1.2, does it want a certificate?)";
            case "insufficient_security" -> " (no cipher suite, group or signature in common?)";
            case "protocol_version" -> " (no version of TLS in common?)";
            case "no_application_protocol" -> " (none of the ALPN names is one of its own)";
            case "unrecognized_name" -> " (it has no certificate for that name)";
            default -> "";
        };
    }

    /** Which certificate it was, the JDK does not tell before it is accepted. */
    private static String certificate(CertificateException refused, @Nullable SSLEngine engine) {
        String name = engine == null ? null : engine.getPeerHost();
        String whose = "the certificate of " + (name == null ? "the peer" : name);
        CertificateExpiredException expired = cause(refused, CertificateExpiredException.class);
        CertificateNotYetValidException early = cause(refused, CertificateNotYetValidException.class);
        if (expired != null) {
            return whose + " has expired, " + Words.message(expired);
        } else if (early != null) {
            return whose + " is not valid yet, " + Words.message(early);
        } else if (cause(refused, CertPathBuilderException.class) != null || isOfStranger(refused)) {
            return whose + " is issued by nobody who is trusted (if it should be, use " + (engine != null && !engine.getUseClientMode()
                    ? "TlsOptions.server(PemFiles.identityAndTrust(...)))" : "TlsOptions.withContext(PemFiles.trust(...)))");
        } else if (cause(refused, CertPathValidatorException.class) != null) {
            return whose + " is not valid, " + Words.message(refused);
        } else if (OTHER_NAME.stream().anyMatch(Words.message(refused)::contains)) {
            return whose + " does not fit, " + Words.message(refused) + " (if another name is meant, use TlsOptions.withServerName)";
        }
        return whose + " is refused, " + Words.message(refused);
    }

    /** Also who is called like somebody who is trusted, but is not. */
    private static boolean isOfStranger(CertificateException refused) {
        CertPathValidatorException invalid = cause(refused, CertPathValidatorException.class);
        return invalid != null && (invalid.getReason() == PKIXReason.NO_TRUST_ANCHOR
                || invalid.getReason() == BasicReason.INVALID_SIGNATURE
                || Words.message(invalid).startsWith("Trust anchor for certification path not found")); // Conscrypt's
    }

    private static <T extends Throwable> @Nullable T cause(Throwable thrown, Class<T> type) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return type.cast(each);
            }
        }
        return null;
    }
}
