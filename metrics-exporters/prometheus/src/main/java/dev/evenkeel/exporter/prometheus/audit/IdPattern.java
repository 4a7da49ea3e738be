package dev.evenkeel.exporter.prometheus.audit;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Kinds of label values that never end. The first that matches names the value. */
enum IdPattern {
    EMAIL("an e-mail address", "[^@\\s]+@[^@\\s]+\\.[a-zA-Z]{2,}"),
    UUID("a UUID", ".*\\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\\b.*"),
    IP_ADDRESS(
            "an IP address",
            "(?:\\d{1,3}\\.){3}\\d{1,3}(?::\\d+)?|\\[?(?:[0-9a-fA-F]{1,4}:){3,7}:?[0-9a-fA-F]{0,4}\\]?(?::\\d+)?"),
    TIMESTAMP("a time", "\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}.*|1[0-9]{9}|1[0-9]{12}"),
    LONG_DIGITS("a long number", "\\d{6,}"),
    HASH("a hash", "(?=.*\\d)(?=.*[a-fA-F])[0-9a-fA-F]{16,}"),
    URL_WITH_ID("a URL with an id", "(?:https?://[^/]+)?/(?:[^\\s]*/)?\\d{3,}(?:[/?].*)?|[^\\s]*/[^\\s]*\\?.*=.*");

    private final String words;
    private final Pattern pattern;

    IdPattern(String words, String regex) {
        this.words = words;
        pattern = Pattern.compile(regex, Pattern.DOTALL);
    }

    /** With its article: "a UUID". */
    String words() {
        return words;
    }

    /** The kind of a value; null if it looks like a name somebody gave. Values beyond 300 characters are none. */
    static @Nullable IdPattern of(String value) {
        if (value.length() > 300) {
            return null; // the length is a finding of its own
        }
        for (IdPattern kind : values()) {
            if (kind.pattern.matcher(value).matches()) {
                return kind;
            }
        }
        return null;
    }
}
