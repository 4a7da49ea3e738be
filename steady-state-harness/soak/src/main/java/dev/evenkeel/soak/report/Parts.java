package dev.evenkeel.soak.report;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.ResourceResult;
import java.util.Locale;

/** Small parts that several sections of the page are made of, and how the page spells numbers. */
final class Parts {

    private final Markup m;

    Parts(Markup m) {
        this.m = m;
    }

    void head(String text) {
        m.leaf("th", text, "scope", "col", "role", "columnheader");
    }

    void pair(String name, String value) {
        m.open("div").leaf("dt", name).leaf("dd", value).close();
    }

    void symbols() {
        m.open("svg", "class", "defs", "width", "0", "height", "0", "aria-hidden", "true", "focusable", "false");
        symbol("i-pass", "M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20z", "M7 12.500l3.500 3.500l6.500-7.500");
        symbol("i-fail", "M8 2h8l6 6v8l-6 6h-8l-6-6v-8z", "M8.500 8.500l7 7m0-7l-7 7");
        symbol(
                "i-inconclusive",
                "M12 1.500l10.500 10.500l-10.500 10.500l-10.500-10.500z",
                "M9.500 10a2.500 2.300 0 1 1 3.500 2.100q-1 .5-1 1.700M12 16.500v.1");
        symbol("i-invalid", "M3 3h18v18h-18z", "M7 17l10-10");
        m.close().line();
    }

    private void symbol(String id, String shape, String sign) {
        m.open("symbol", "id", id, "viewBox", "0 0 24 24");
        m.empty("path", "class", "shape", "d", shape);
        m.empty("path", "class", "sign", "d", sign);
        m.close();
    }

    void icon(Verdict verdict) {
        m.open("svg", "class", "icon", "aria-hidden", "true")
                .empty("use", "href", "#i-" + tone(verdict))
                .close();
    }

    void chip(Verdict verdict) {
        m.open("span", "class", "chip " + tone(verdict));
        icon(verdict);
        m.text(verdict.toString()).close();
    }

    /** The verdict of a resource; of one that cannot turn the run's verdict, only what it did, in a colour that does not alarm. */
    void chip(ResourceResult r) {
        if (r.deciding()) {
            chip(r.drift().verdict());
        } else {
            m.leaf("span", watched(r.drift().verdict()), "class", "chip watched");
        }
    }

    static String watched(Verdict verdict) {
        return switch (verdict) {
            case PASS -> "watched: steady";
            case FAIL -> "watched: rising";
            case INCONCLUSIVE, INVALID -> "watched: open";
        };
    }

    static String tone(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    static String tone(ResourceResult r) {
        return r.deciding() ? tone(r.drift().verdict()) : "watched";
    }

    static String sentence(String words) {
        return words.isEmpty() ? "" : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1) + ".";
    }

    static String millis(double value) {
        return value >= 10_000 ? Durations.words(value / 1000) : Unit.of("ms").text(value);
    }

    static String rate(double perSecond) {
        return Double.isFinite(perSecond) ? Unit.number(perSecond, perSecond < 10 ? 2 : 1, true) + "/s" : Unit.NOTHING;
    }

    static String share(long part, long whole) {
        if (whole <= 0) {
            return Unit.NOTHING;
        }
        double percent = 100.0 * part / whole;
        // 99.996 % is not "100 %": what is missing is what the reader looks for.
        if (part < whole && percent > 99.99) {
            return "> 99.99\u00a0%";
        }
        if (part > 0 && percent < 0.01) {
            return "< 0.01\u00a0%";
        }
        return Unit.number(percent, 2, true) + "\u00a0%";
    }

    static String of(long part, long whole) {
        return whole > 0 ? " (" + share(part, whole) + ")" : "";
    }
}
