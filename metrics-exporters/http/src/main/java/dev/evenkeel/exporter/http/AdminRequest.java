package dev.evenkeel.exporter.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One GET or HEAD request. Valid during {@link AdminEndpoint#respond} only. */
public final class AdminRequest {
    private final RequestHead head;

    AdminRequest(RequestHead head) {
        this.head = head;
    }

    RequestHead head() {
        return head;
    }

    /** {@code GET} or {@code HEAD}. The response leaves the body of a HEAD away by itself. */
    public String method() {
        return head.method();
    }

    /** The decoded path, without the query and without dot segments: a request that has some is refused before. */
    public String path() {
        return head.path();
    }

    /** The first value of a query parameter, decoded; empty when it has none, null when the parameter is missing. */
    public @Nullable String query(String name) {
        List<String> values = queries(name);
        return values.isEmpty() ? null : values.get(0);
    }

    /** All values of a query parameter, decoded, in order; empty when the parameter is missing. */
    public List<String> queries(String name) {
        List<String> values = new ArrayList<>();
        String query = head.rawQuery();
        if (query == null) {
            return values;
        }
        int from = 0;
        while (from <= query.length()) {
            int ampersand = query.indexOf('&', from);
            int to = ampersand < 0 ? query.length() : ampersand;
            int equals = query.indexOf('=', from);
            boolean hasValue = equals >= 0 && equals < to;
            if (decode(query.substring(from, hasValue ? equals : to)).equals(name)) {
                values.add(hasValue ? decode(query.substring(equals + 1, to)) : "");
            }
            from = to + 1;
        }
        return values;
    }

    private static String decode(String s) {
        try {
            return URLDecoder.decode(s, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return s; // a stray percent sign
        }
    }

    /** The first header of that name, any case; null when there is none. */
    public @Nullable String header(String name) {
        return head.header(name);
    }
}
