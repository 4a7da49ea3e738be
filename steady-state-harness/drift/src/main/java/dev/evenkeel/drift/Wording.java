package dev.evenkeel.drift;

import java.util.function.DoubleFunction;

/**
 * How a result is written: amounts by the caller, who knows their unit; places and lengths on the clock of the analysis, of
 * which 3600 are one unit of {@link Per}.
 */
record Wording(DoubleFunction<String> amounts, Per per) {
    String amount(double amount) {
        return amounts.apply(amount);
    }

    /** {@code 12 per hour}. */
    String slope(double slope) {
        return amount(slope) + perUnit();
    }

    String perUnit() {
        return " per " + per.unit();
    }

    /** A moment: of a clock {@code 00:21}, of a count how much of it there was. */
    String at(double clock, double span) {
        return per == Per.HOUR ? Words.clock(clock, span) : Words.number(counted(clock));
    }

    /** A length: {@code 3 h 10 min}, or how much of the count. */
    String length(double span) {
        return per == Per.HOUR ? Words.duration(span) : Words.number(counted(span)) + " of the count";
    }

    private double counted(double clock) {
        return clock / 3600 * per.count();
    }
}
