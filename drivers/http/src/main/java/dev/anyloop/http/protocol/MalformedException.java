package dev.anyloop.http.protocol;

/** A message breaks a rule: nothing more can be understood on its connection. Says which, and shows where, safely. */
public final class MalformedException extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 60;

    private final Rule rule;

    /** Without a stack, which would say nothing about who sent it and cost more than all the rest. */
    MalformedException(Rule rule, byte[] bytes, int from, int to) {
        super(rule + " (" + rule.section() + "): " + rule.words() + ": \"" + printable(bytes, from, to) + "\"", null, false, false);
        this.rule = rule;
    }

    /** Which it breaks. */
    public Rule rule() {
        return rule;
    }

    /** The last of it, which is where the trouble is; nothing in it that is not printable. */
    private static String printable(byte[] bytes, int from, int to) {
        int first = Math.max(from, to - SHOWN);
        StringBuilder text = new StringBuilder(first > from ? "..." : "");
        for (int i = first; i < to; i++) {
            int c = bytes[i] & 0xff;
            if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
                text.append((char) c);
            } else {
                text.append(String.format("\\x%02x", c));
            }
        }
        return text.toString();
    }
}
