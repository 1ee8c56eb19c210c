package dev.anyloop.beanstalk.protocol;

/** The server said what is no answer, or none to what was asked: nothing more can be understood on this connection. */
public final class GarbledException extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 80;

    /**
     * Shows what came in a safe way.
     *
     * @param what what it was taken for
     * @param received as it came; the beginning is shown, and nothing in it that is not printable
     */
    GarbledException(String what, String received) {
        super(what + " \"" + printable(received) + "\"");
    }

    private static String printable(String received) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(received.length(), SHOWN); i++) {
            char c = received.charAt(i);
            text.append(c >= ' ' && c <= '~' ? String.valueOf(c) : String.format("\\x%02x", (int) c));
        }
        return text.append(received.length() > SHOWN ? "..." : "").toString();
    }
}
