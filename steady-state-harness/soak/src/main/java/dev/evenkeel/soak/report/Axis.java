package dev.evenkeel.soak.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Maps a range of numbers to 0..1000 units of a plot, and says where ticks belong.
 *
 * @param low value at 0
 * @param high value at 1000; above {@code low}
 * @param logarithmic whether equal ratios take equal room
 * @param ticks where a line and a label go, ascending
 */
public record Axis(double low, double high, boolean logarithmic, List<Tick> ticks) {

    /** One labelled place. */
    public record Tick(double value, String label) {}

    private static final double[] TIME_STEPS = {
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800
    };

    /** Position of a value, 0 at {@link #low} and 1000 at {@link #high}; may lie outside. */
    public double at(double value) {
        if (logarithmic) {
            double floored = Math.max(value, low / 10);
            return 1000 * (Math.log10(floored) - Math.log10(low)) / (Math.log10(high) - Math.log10(low));
        }
        return 1000 * (value - low) / (high - low);
    }

    /** The time axis of a run: from 0, at most {@code most} steps, labels as short as they can be. */
    static Axis time(double duration, int most) {
        double end = Math.max(duration, 1);
        double step = TIME_STEPS[TIME_STEPS.length - 1];
        for (double candidate : TIME_STEPS) {
            if (end / candidate <= most) {
                step = candidate;
                break;
            }
        }
        List<Tick> ticks = new ArrayList<>();
        for (int i = 0; i * step <= end + 1e-9; i++) {
            ticks.add(new Tick(i * step, timeLabel(i * step, step, end)));
        }
        return new Axis(0, end, false, ticks);
    }

    private static String timeLabel(double second, double step, double end) {
        long s = Math.round(second);
        if (end < 3600) {
            return Durations.two(s / 60) + ":" + Durations.two(s % 60);
        }
        if (step < 86_400) {
            long days = s / 86_400;
            return end > 172_800 && s % 86_400 == 0 && days > 0
                    ? days + "\u00a0d"
                    : (end > 172_800 ? s % 86_400 / 3600 : s / 3600) + ":" + Durations.two(s % 3600 / 60);
        }
        return s / 86_400 + "\u00a0d";
    }

    /**
     * A value axis that shows {@code least..most} with some air.
     *
     * <p>The range never gets narrower than what is worth seeing (four whole things, 2 % of a level):
     * a flat line must look flat. Zero joins when it is near.
     */
    public static Axis values(Unit unit, double least, double most) {
        double lo = Double.isFinite(least) ? least : 0;
        double hi = Double.isFinite(most) ? most : 1;
        double narrowest = Math.max(unit.narrowest(), 0.04 * Math.max(Math.abs(lo), Math.abs(hi)));
        if (hi - lo < narrowest) {
            double missing = narrowest - (hi - lo);
            lo -= missing / 2;
            hi += missing / 2;
        }
        double air = 0.08 * (hi - lo);
        double floor = least >= 0 ? 0 : Double.NEGATIVE_INFINITY;
        lo = lo >= 0 && lo < 0.4 * hi ? 0 : Math.max(floor, lo - air);
        hi += air;
        Unit.Scale scale = unit.scale(lo, hi);
        double step = niceStep((hi - lo) / scale.divisor() / 5);
        if (unit.whole()) {
            step = Math.max(1, Math.rint(step));
        }
        int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
        if (step == 2.5) {
            decimals = 1;
        }
        List<Tick> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(lo / scale.divisor() / step - 1e-9);
                i * step * scale.divisor() <= hi * (1 + 1e-12);
                i++) {
            ticks.add(new Tick(i * step * scale.divisor(), Unit.number(i * step, Math.min(decimals, 6), false)));
        }
        return new Axis(lo, hi, false, ticks);
    }

    /** A logarithmic axis over positive values, ticks at 1, 2 and 5 of each decade, or at decades alone. */
    public static Axis logarithmic(Unit unit, double least, double most) {
        double lo = Math.max(least, most * 1e-6) * 0.8;
        double hi = most * 1.25;
        Unit.Scale scale = unit.scale(hi);
        double decades = Math.log10(hi / lo);
        int[] steps = decades > 3.2 ? new int[] {1} : decades > 1.6 ? new int[] {1, 3} : new int[] {1, 2, 5};
        List<Tick> ticks = new ArrayList<>();
        for (int e = (int) Math.floor(Math.log10(lo / scale.divisor())); e <= Math.log10(hi / scale.divisor()); e++) {
            for (int m : steps) {
                double v = m * Math.pow(10, e) * scale.divisor();
                if (v >= lo && v <= hi) {
                    ticks.add(new Tick(v, Unit.number(v / scale.divisor(), Math.max(0, -e), true)));
                }
            }
        }
        return new Axis(lo, hi, true, ticks);
    }

    private static double niceStep(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double lead = rough / power;
        return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 2.5 ? 2.5 : lead <= 5 ? 5 : 10);
    }
}
