package dev.anyloop.http;

import dev.anyloop.http.protocol.MessageWriter;

/** The fields of an answer, from when they are given to when it begins: checked, and bytes already. */
final class AnswerFields {

    private final MessageWriter bytes = new MessageWriter();
    private boolean dated;
    private boolean offersUpgrade;

    void add(String name, String value) {
        if (name.equalsIgnoreCase("Content-Length") || name.equalsIgnoreCase("Transfer-Encoding") || name.equalsIgnoreCase("Connection")) {
            throw new IllegalArgumentException(name + " is added by itself (use length, write or closeAfter)");
        }
        bytes.field(name, value);
        dated |= name.equalsIgnoreCase("Date");
        offersUpgrade |= name.equalsIgnoreCase("Upgrade");
    }

    boolean offerUpgrade() {
        return offersUpgrade;
    }

    boolean areDated() {
        return dated;
    }

    /** None are left. */
    void moveTo(MessageWriter writer) {
        writer.raw(bytes.take());
        dated = false;
        offersUpgrade = false;
    }
}
