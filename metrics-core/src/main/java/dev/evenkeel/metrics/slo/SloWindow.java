package dev.evenkeel.metrics.slo;

/**
 * The spans over which burn rates are read. A reading starts at a slice edge, so it covers up to one slice more than its
 * span, as long as ticks come every 10 s.
 */
public enum SloWindow {
    /** 5 minutes, in slices of 10 s: at most 3.4 % too long. */
    MINUTES_5("5m", 5),
    /** 30 minutes, in slices of 10 s: at most 0.6 % too long. */
    MINUTES_30("30m", 30),
    /** 1 hour, in slices of 10 s: at most 0.3 % too long. */
    HOUR_1("1h", 60),
    /** 2 hours, in slices of 2 minutes: at most 1.7 % too long. */
    HOURS_2("2h", 120),
    /** 6 hours, in slices of 2 minutes: at most 0.6 % too long. */
    HOURS_6("6h", 360),
    /** 1 day, in slices of 15 minutes: at most 1.1 % too long. */
    DAY_1("1d", 24 * 60),
    /** 3 days, in slices of 15 minutes: at most 0.4 % too long. */
    DAYS_3("3d", 3 * 24 * 60);

    private final String label;
    private final long millis;

    SloWindow(String label, long minutes) {
        this.label = label;
        this.millis = minutes * 60_000;
    }

    /** Returns the value of the label {@code window}: {@code 5m}, {@code 1h}. */
    public String label() {
        return label;
    }

    /** Returns the span in milliseconds. */
    public long millis() {
        return millis;
    }
}
