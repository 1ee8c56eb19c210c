package dev.anyloop.http.protocol;

/** The methods that nearly all requests have, so that no text is made for those. */
final class Methods {

    private static final String[] COMMON = {"GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"};

    private Methods() {}

    static String of(Fields fields, int from, int to) {
        for (String common : COMMON) {
            if (isExactly(fields.bytes, from, to, common)) {
                return common;
            }
        }
        return fields.text(from, to);
    }

    static boolean isExactly(byte[] bytes, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
