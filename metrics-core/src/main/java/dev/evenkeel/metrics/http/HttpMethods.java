package dev.evenkeel.metrics.http;

/** The request methods that get a label value of their own: those of RFC 9110 and PATCH. */
final class HttpMethods {
    /** What OpenTelemetry calls the rest. */
    static final String OTHER = "_OTHER";

    private static final String[] NAMES = {
        "GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "CONNECT", "TRACE", OTHER
    };

    /** How many label values there are. */
    static final int COUNT = NAMES.length;

    private HttpMethods() {}

    /** Returns the number of a method; methods are case-sensitive, as RFC 9110 says. */
    static int indexOf(String method) {
        for (int i = 0; i < COUNT - 1; i++) {
            if (NAMES[i].equals(method)) {
                return i;
            }
        }
        return COUNT - 1;
    }

    static String name(int index) {
        return NAMES[index];
    }
}
