package dev.evenkeel.soak.report;

/** Lengths of time as people write them. */
final class Durations {

    private Durations() {}

    /** "45 s", "2 min 30 s", "1 h 5 min", "3 d 4 h": the two leading units. */
    static String words(double seconds) {
        if (!Double.isFinite(seconds) || seconds < 0) {
            return Unit.NOTHING;
        }
        if (seconds < 10 && seconds != Math.rint(seconds)) {
            return Unit.number(seconds, 1, true) + "\u00a0s";
        }
        long s = Math.round(seconds);
        if (s < 60) {
            return s + "\u00a0s";
        }
        if (s < 3600) {
            return pair(s / 60, "min", s % 60, "s");
        }
        if (s < 86_400) {
            return pair(s / 3600, "h", s % 3600 / 60, "min");
        }
        return pair(s / 86_400, "d", s % 86_400 / 3600, "h");
    }

    /** A length rounded up to what one would type after {@code --duration}: "90s", "12m", "3h". */
    static String flag(double seconds) {
        if (seconds <= 120) {
            return (long) Math.ceil(seconds / 10) * 10 + "s";
        }
        if (seconds <= 3 * 3600) {
            return (long) Math.ceil(seconds / 60) + "m";
        }
        return (long) Math.ceil(seconds / 3600) + "h";
    }

    /** A place on the time axis of a run: "02:30" below an hour, "1:05:00" from there on. */
    static String clock(double seconds) {
        long s = Math.round(Math.max(0, seconds));
        return s < 3600 ? two(s / 60) + ":" + two(s % 60) : s / 3600 + ":" + two(s % 3600 / 60) + ":" + two(s % 60);
    }

    private static String pair(long big, String bigUnit, long small, String smallUnit) {
        return big + "\u00a0" + bigUnit + (small == 0 ? "" : " " + small + "\u00a0" + smallUnit);
    }

    static String two(long n) {
        return n < 10 ? "0" + n : Long.toString(n);
    }
}
