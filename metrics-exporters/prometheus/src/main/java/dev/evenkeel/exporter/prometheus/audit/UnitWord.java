package dev.evenkeel.exporter.prometheus.audit;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A word of a metric name that is a unit: which base unit it stands for, and how a value in it becomes one.
 *
 * @param base the word to use
 * @param conversion what to do to a value, as {@code "/ 1000"}; empty for a base unit
 * @param abbreviated whether it is {@code ms} rather than {@code milliseconds}
 */
record UnitWord(String base, String conversion, boolean abbreviated) {
    private static final Map<String, UnitWord> WORDS = new HashMap<>();

    static {
        for (String base : new String[] {
            "seconds", "bytes", "ratio", "celsius", "kelvin", "meters", "grams", "joules", "volts", "amperes", "watts",
            "hertz"
        }) {
            WORDS.put(base, new UnitWord(base, "", false));
        }
        WORDS.put("metres", new UnitWord("metres", "", false));
        String[][] prefixes = {
            {"pico", "/ 1e12"},
            {"nano", "/ 1e9"},
            {"micro", "/ 1e6"},
            {"milli", "/ 1000"},
            {"centi", "/ 100"},
            {"deci", "/ 10"},
            {"deca", "* 10"},
            {"hecto", "* 100"},
            {"kilo", "* 1000"},
            {"mega", "* 1e6"},
            {"giga", "* 1e9"},
            {"tera", "* 1e12"},
            {"peta", "* 1e15"},
            {"kibi", "* 1024"},
            {"mebi", "* 1024^2"},
            {"gibi", "* 1024^3"},
            {"tebi", "* 1024^4"},
            {"pebi", "* 1024^5"}
        };
        String[] prefixed = {
            "seconds", "bytes", "meters", "metres", "grams", "joules", "volts", "amperes", "watts", "hertz"
        };
        for (String[] prefix : prefixes) {
            for (String base : prefixed) {
                WORDS.put(prefix[0] + base, new UnitWord(base, prefix[1], false));
            }
            WORDS.put(prefix[0] + "bits", new UnitWord("bytes", prefix[1] + " / 8", false));
        }
        other("seconds", "* 60", "minutes");
        other("seconds", "* 3600", "hours");
        other("seconds", "* 86400", "days");
        other("seconds", "* 604800", "weeks");
        other("seconds", "/ 1000", "millis");
        other("seconds", "/ 1e6", "micros");
        other("seconds", "/ 1e9", "nanos");
        other("bytes", "/ 8", "bits");
        other("ratio", "/ 100", "percent", "percentage", "pct");
        other("kelvin", "as it is", "kelvins");
        other("celsius", "- 32, then / 1.8", "fahrenheit");
        other("celsius", "/ 1.8, then - 273.15", "rankine");
        other("meters", "* 0.0254", "inches");
        other("meters", "* 0.9144", "yards");
        other("meters", "* 1609.344", "miles");
        other("joules", "* 4.184", "calories");
        other("grams", "* 453.59237", "pounds");
        other("grams", "* 28.349523125", "ounces");
        abbreviation("seconds", "as it is", "s", "sec", "secs");
        abbreviation("seconds", "/ 1000", "ms", "msec", "msecs");
        abbreviation("seconds", "/ 1e6", "us", "usec", "usecs");
        abbreviation("seconds", "/ 1e9", "ns", "nsec", "nsecs");
        abbreviation("seconds", "* 60 if m is minutes (else to meters, as it is)", "m");
        abbreviation("seconds", "* 60", "mins");
        abbreviation("seconds", "* 3600", "h", "hrs");
        abbreviation("seconds", "* 86400", "d");
        abbreviation("bytes", "as it is if b is bytes, / 8 if bits", "b");
        abbreviation("bytes", "* 1000 (or 1024, as it was counted)", "kb");
        abbreviation("bytes", "* 1e6 (or 1024^2, as it was counted)", "mb");
        abbreviation("bytes", "* 1e9 (or 1024^3, as it was counted)", "gb");
        abbreviation("bytes", "* 1e12 (or 1024^4, as it was counted)", "tb");
        abbreviation("bytes", "* 1e15 (or 1024^5, as it was counted)", "pb");
        abbreviation("bytes", "* 1024", "kib");
        abbreviation("bytes", "* 1024^2", "mib");
        abbreviation("bytes", "* 1024^3", "gib");
    }

    private static void other(String base, String conversion, String... words) {
        for (String word : words) {
            WORDS.put(word, new UnitWord(base, conversion, false));
        }
    }

    private static void abbreviation(String base, String conversion, String... words) {
        for (String word : words) {
            WORDS.put(word, new UnitWord(base, conversion, true));
        }
    }

    static @Nullable UnitWord of(String word) {
        return WORDS.get(word);
    }

    boolean isBase() {
        return conversion.isEmpty();
    }
}
