package dev.evenkeel.metrics;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Checks what callers name their instruments and labels. */
final class Names {
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_UNIT = 63;
    private static final int MOST_LABELS = 8;
    private static final int MOST_WINDOWS = 8;

    private Names() {}

    static String instrument(String word, String name) {
        Objects.requireNonNull(name, "name");
        boolean good = !name.isEmpty() && name.length() <= LONGEST_NAME && isLetter(name.charAt(0));
        for (int i = 1; good && i < name.length(); i++) {
            char c = name.charAt(i);
            good = isLetter(c) || isDigit(c) || c == '.' || c == '_' || c == '-' || c == '/';
        }
        if (!good) {
            throw new IllegalArgumentException("Cannot register " + word + " \"" + name
                    + "\": a name is 1 to 255 characters, a letter first, then letters, digits and . _ - /, so that every "
                    + "exposition format can spell it. Example: http.server.request.duration.");
        }
        return name;
    }

    static String unit(String name, String unit) {
        Objects.requireNonNull(unit, "unit");
        boolean good = unit.length() <= LONGEST_UNIT;
        for (int i = 0; good && i < unit.length(); i++) {
            good = unit.charAt(i) > ' ' && unit.charAt(i) < 127;
        }
        if (!good) {
            throw new IllegalArgumentException("Cannot give \"" + name + "\" the unit \"" + unit
                    + "\": a unit is at most 63 printable ASCII characters without spaces. Use UCUM, such as s, By or "
                    + "{request}, and put words into help(..).");
        }
        return unit;
    }

    static List<String> labels(String name, String... labels) {
        if (labels.length < 1 || labels.length > MOST_LABELS) {
            throw new IllegalArgumentException("Cannot give \"" + name + "\" " + labels.length
                    + " labels: an instrument with labels has 1 to 8 of them. "
                    + (labels.length == 0
                            ? "Leave labels(..) out for none."
                            : "Each multiplies the series; drop some."));
        }
        Set<String> seen = new HashSet<>();
        for (String label : labels) {
            Objects.requireNonNull(label, "label");
            if (!isLabel(label)) {
                throw new IllegalArgumentException("Cannot give \"" + name + "\" the label \"" + label
                        + "\": a label name is 1 to 255 letters, digits, _ and ., not a digit first, and not "
                        + "otel_metric_overflow, which marks the overflow series. Rename it.");
            }
            if (!seen.add(label)) {
                throw new IllegalArgumentException("Cannot give \"" + name + "\" the label \"" + label
                        + "\" twice: a series has one value for each name. Rename one of them.");
            }
        }
        return List.of(labels);
    }

    /**
     * Returns a label value in which each unpaired surrogate is U+FFFD, as no wire can carry one: two values that differ only there
     * would be one series on the wire, with two values.
     */
    static String wellFormed(String value) {
        int bad = firstUnpaired(value, 0);
        if (bad < 0) {
            return value;
        }
        StringBuilder text = new StringBuilder(value);
        for (; bad >= 0; bad = firstUnpaired(value, bad + 1)) {
            text.setCharAt(bad, '\uFFFD');
        }
        return text.toString();
    }

    private static int firstUnpaired(String value, int from) {
        for (int i = from; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return i;
            }
        }
        return -1;
    }

    /** Checks labels given as names and values in turns. */
    static String[] pairs(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("Cannot make labels of " + namesAndValues.length
                    + " strings: a label is a name and a value. Pass a value after each name.");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String name = Objects.requireNonNull(namesAndValues[i], "name");
            Objects.requireNonNull(namesAndValues[i + 1], "value");
            if (!isLabel(name) || !seen.add(name)) {
                throw new IllegalArgumentException("Cannot make labels with the name \"" + name
                        + "\": a label name is 1 to 255 letters, digits, _ and ., not a digit first, each once, and not "
                        + "otel_metric_overflow, which marks the overflow series. Rename it.");
            }
        }
        return namesAndValues.clone();
    }

    /** Returns whether another library's metric can be shown under its name: any but an empty or endless one. */
    static boolean isForeign(String name) {
        return !name.isEmpty() && name.length() <= LONGEST_NAME;
    }

    /** Returns whether another library's labels can be shown: names and values in turns, each name once and not empty. */
    static boolean areForeignLabels(String... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].isEmpty() || pairs[i].length() > LONGEST_NAME) {
                return false;
            }
            for (int j = 0; j < i; j += 2) {
                if (pairs[i].equals(pairs[j])) {
                    return false;
                }
            }
        }
        return pairs.length % 2 == 0;
    }

    private static boolean isLabel(String label) {
        boolean good = !label.isEmpty()
                && label.length() <= LONGEST_NAME
                && !isDigit(label.charAt(0))
                && !label.equals(Labels.OVERFLOW.name(0));
        for (int i = 0; good && i < label.length(); i++) {
            char c = label.charAt(i);
            good = isLetter(c) || isDigit(c) || c == '_' || (c == '.' && i > 0);
        }
        return good;
    }

    static int limit(String name, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("Cannot limit \"" + name + "\" to " + limit
                    + " series: an instrument needs at least one. Use 1 or more; the default is 2000.");
        }
        return limit;
    }

    static long cap(String name, long cap) {
        if (cap < 1) {
            throw new IllegalArgumentException("Cannot register capped counter \"" + name + "\" with a cap of " + cap
                    + ": it would refuse every addition. Pass a cap of 1 or more, or use a counter for no cap.");
        }
        return cap;
    }

    static int flushEvery(String name, int records) {
        if (records < 1 || records > 65_536) {
            throw new IllegalArgumentException("Cannot make a local recorder of \"" + name + "\" that flushes every "
                    + records + " records: it passes on whole batches of 1 to 65536, and what is pending when its "
                    + "thread dies is lost. 64 gives most of the gain.");
        }
        return records;
    }

    static List<SlidingWindow> windows(String name, Kind kind, SlidingWindow... windows) {
        if (kind != Kind.HISTOGRAM) {
            throw new IllegalArgumentException("Cannot give \"" + name
                    + "\" windows: only histograms and timers keep any number of them. Leave windows(..) out; a rate has "
                    + "window(..).");
        }
        List<SlidingWindow> all = List.of(windows);
        if (all.size() > MOST_WINDOWS || Set.copyOf(all).size() < all.size()) {
            throw new IllegalArgumentException("Cannot give \"" + name + "\" the windows " + all
                    + ": a histogram has at most " + MOST_WINDOWS
                    + ", each another, and each keeps its own slices. Drop "
                    + "some.");
        }
        return all;
    }

    static int digits(String name, Kind kind, int digits) {
        if (kind != Kind.HISTOGRAM) {
            throw new IllegalArgumentException("Cannot give \"" + name
                    + "\" digits: only histograms and timers put values into buckets. Leave digits(..) out.");
        }
        if (digits < 1 || digits > 3) {
            throw new IllegalArgumentException("Cannot give \"" + name + "\" " + digits
                    + " digits: a histogram keeps 1, 2 or 3 significant digits. 2, the default, keep values to 1 %.");
        }
        return digits;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
