package dev.evenkeel.exporter.prometheus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One alternative of an Accept or Accept-Encoding header (RFC 9110, section 12.5), such as {@code text/plain;q=0.5}. */
record MediaRange(String type, Map<String, String> parameters, double quality) {
    /** A header longer than this is not a scraper's; the rest is not read. */
    private static final int MOST_RANGES = 32;

    /** Reads a header; none without one. What makes no sense is left out, as a range that nobody offers. */
    static List<MediaRange> parse(@Nullable String header) {
        List<MediaRange> ranges = new ArrayList<>();
        if (header == null) {
            return ranges;
        }
        for (String part : header.split(",", MOST_RANGES + 1)) {
            if (ranges.size() < MOST_RANGES && !part.isBlank()) {
                ranges.add(range(part));
            }
        }
        return ranges;
    }

    private static MediaRange range(String part) {
        String[] pieces = part.split(";");
        Map<String, String> parameters = new HashMap<>();
        double quality = 1;
        for (int i = 1; i < pieces.length; i++) {
            int equals = pieces[i].indexOf('=');
            if (equals < 0) {
                continue;
            }
            String name = plain(pieces[i].substring(0, equals));
            String value = pieces[i].substring(equals + 1).strip().replace("\"", "");
            if (name.equals("q")) {
                quality = quality(value);
            } else {
                parameters.put(name, value);
            }
        }
        return new MediaRange(plain(pieces[0]), parameters, quality);
    }

    private static double quality(String value) {
        try {
            double q = Double.parseDouble(value);
            return q >= 0 && q <= 1 ? q : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String plain(String s) {
        return s.strip().toLowerCase(Locale.ROOT);
    }

    /** Returns whether a parameter has a value, or is not there. */
    boolean allows(String parameter, String value) {
        return parameters.getOrDefault(parameter, value).equals(value);
    }

    /** Returns how much a coding is wanted: 0 for not at all. */
    static double qualityOf(String coding, @Nullable String header) {
        double any = 0;
        for (MediaRange range : parse(header)) {
            if (range.type.equals(coding)) {
                return range.quality;
            }
            if (range.type.equals("*")) {
                any = range.quality;
            }
        }
        return any;
    }
}
