package dev.evenkeel.payments.control;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A command line of {@code --name value} pairs. Immutable; every wrong one ends in one sentence and exit code 2. */
public final class Flags {
    private final Map<String, String> values;

    private Flags(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Parses a command line.
     *
     * @param known the flags that may appear, with their dashes
     * @throws StartFailure on an unknown flag, a flag without a value, or the same flag twice
     */
    public static Flags parse(String[] args, List<String> known) throws StartFailure {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!known.contains(args[i])) {
                throw usage("Unknown flag " + args[i] + ": the known ones are " + String.join(", ", known) + ".");
            }
            if (i + 1 == args.length) {
                throw usage(args[i] + " has no value: write " + args[i] + " VALUE.");
            }
            if (values.put(args[i], args[i + 1]) != null) {
                throw usage(args[i] + " is given twice: keep one of them.");
            }
        }
        return new Flags(values);
    }

    /** The value of a flag, or null where it is not given. */
    public @Nullable String text(String name) {
        return values.get(name);
    }

    /** The value of a flag, or the default where it is not given. */
    public String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /**
     * A whole number.
     *
     * @throws StartFailure if it is none, or outside the range
     */
    public long number(String name, long otherwise, long low, long high) throws StartFailure {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= low && value <= high) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, together with the range.
        }
        throw usage(name + " is \"" + text + "\", which is not a whole number from " + low + " to " + high + ".");
    }

    /**
     * One word out of several.
     *
     * @throws StartFailure if it is another
     */
    public String choice(String name, String otherwise, List<String> choices) throws StartFailure {
        String text = values.getOrDefault(name, otherwise);
        if (!choices.contains(text)) {
            throw usage(name + " is \"" + text + "\", which is none of " + String.join(", ", choices) + ".");
        }
        return text;
    }

    /** The failure that a wrong command line ends in. */
    public static StartFailure usage(String sentence) {
        return new StartFailure(StartFailure.USAGE, sentence);
    }
}
