package dev.evenkeel.drift;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A series cut into equal slices of time, each reduced to one level. A heap between two collections or
 * a pool under a burst spikes upward, and what leaks is the floor: there the mean of the lowest half is the quietest. Where
 * noise is even the mean is, and where readings stray to both sides the median: the quietest of the three is taken.
 *
 * <p>Only filled slices are held; {@link #index} tells their place among all {@link #total}.
 */
final class Slices {
    private static final int FEWEST = 10;
    private static final int MOST = 48;

    /** Slices the span was cut into. */
    final int total;
    /** Slices that hold no reading to judge and overlap a fault mark. */
    final int faulted;
    /** Place of each filled slice, ascending, 0 to total - 1. */
    final int[] index;
    /** Where the readings of each filled slice lie, as a share of the whole span. */
    private final double[] place;
    /** Level of each filled slice, multiplied by 2^-{@link #exponent}. */
    final double[] level;
    /** How many of {@link #events} had happened at each filled slice. */
    final int[] eventsBefore;
    /** Event marks in the order of their ends. */
    final List<Mark> events;
    /** The least step the reading can take, 0 where it is continuous; multiplied by 2^-{@link #exponent}. */
    final double step;
    /** Whether the caller said what the step is. */
    final boolean stepDeclared;
    /** Largest absolute reading, multiplied by 2^-{@link #exponent}. */
    final double magnitude;

    /** How often the reading changed from one to the next. */
    private final int changes;

    final int exponent;
    final double startSecond;
    final double spanSeconds;

    private Slices(
            int total,
            int faulted,
            int[] index,
            double[] place,
            double[] level,
            int[] eventsBefore,
            List<Mark> events,
            double step,
            boolean stepDeclared,
            double magnitude,
            int changes,
            int exponent,
            double startSecond,
            double spanSeconds) {
        this.total = total;
        this.faulted = faulted;
        this.index = index;
        this.place = place;
        this.level = level;
        this.eventsBefore = eventsBefore;
        this.events = events;
        this.step = step;
        this.stepDeclared = stepDeclared;
        this.magnitude = magnitude;
        this.changes = changes;
        this.exponent = exponent;
        this.startSecond = startSecond;
        this.spanSeconds = spanSeconds;
    }

    /** A stretch of time, on the clock of the series. */
    record Span(double startSecond, double seconds) {}

    /**
     * Cuts readings, at least two of them, into as many slices as leave each a reading or more; where too few of those are
     * filled, for the readings came in bursts, into fewer.
     */
    static Slices of(double[] seconds, double[] values, Span span, List<Mark> marks, DriftAnalysis.Options options) {
        int coarse = clamped(seconds.length / 3);
        double step = options.resolution() > 0 ? options.resolution() : inferredStep(values);
        if (options.method() == Method.REFERENCE) {
            return cut(coarse, seconds, values, span, marks, step, options);
        }
        double[] near = Strays.pulledIn(values);
        Slices fine = cut(clamped(seconds.length * 4 / 5), seconds, near, span, marks, step, options);
        if (fine.size() >= DriftAnalysis.FEWEST_FILLED * fine.total) {
            return fine;
        }
        Slices few = cut(coarse, seconds, near, span, marks, step, options);
        return (double) few.size() / few.total > (double) fine.size() / fine.total ? few : fine;
    }

    private static int clamped(int slices) {
        return Math.max(FEWEST, Math.min(MOST, slices));
    }

    private static Slices cut(
            int total,
            double[] seconds,
            double[] values,
            Span whole,
            List<Mark> marks,
            double step,
            DriftAnalysis.Options options) {
        int n = seconds.length;
        double start = whole.startSecond();
        double span = whole.seconds();
        boolean reference = options.method() == Method.REFERENCE;
        List<Mark> events = marks.stream()
                .filter(m -> m.kind() == Mark.Kind.EVENT)
                .sorted(Comparator.comparingDouble(Mark::toSecond))
                .toList();
        double magnitude = 0;
        for (double v : values) {
            magnitude = Math.max(magnitude, Math.abs(v));
        }
        int exponent = exponentFor(magnitude);
        int changes = 0;
        for (int i = 1; i < n; i++) {
            changes += values[i] != values[i - 1] ? 1 : 0;
        }

        int[] index = new int[total];
        double[][] levels = new double[reference ? 1 : 3][total];
        double[] place = new double[total];
        int[] before = new int[total];
        int filled = 0;
        int faulted = 0;
        int from = 0;
        for (int b = 0; b < total; b++) {
            int to = from;
            while (to < n && Math.min(total - 1, (int) ((seconds[to] - start) / span * total)) == b) {
                to++;
            }
            Segment segment = Segment.largest(seconds, from, to, events);
            if (segment.size() == 0 && faultOverlaps(marks, start + span * b / total, start + span * (b + 1) / total)) {
                faulted++;
            } else {
                if (segment.size() > 0) {
                    index[filled] = b;
                    before[filled] = segment.eventsBefore();
                    place[filled] = reference ? (b + 0.5) / total : segment.meanShare(seconds, start, span);
                    summarise(values, segment, exponent, levels, filled++);
                }
            }
            from = to;
        }
        double[] level = quietest(levels, filled);
        return new Slices(
                total,
                faulted,
                Arrays.copyOf(index, filled),
                Arrays.copyOf(place, filled),
                Arrays.copyOf(level, filled),
                Arrays.copyOf(before, filled),
                events,
                Math.scalb(step, -exponent),
                options.resolution() > 0,
                Math.scalb(magnitude, -exponent),
                changes,
                exponent,
                start,
                span);
    }

    int size() {
        return index.length;
    }

    /** Where a filled slice lies as a share of the whole span. */
    double centre(int i) {
        return place[i];
    }

    double[] centres() {
        double[] x = new double[size()];
        for (int i = 0; i < x.length; i++) {
            x[i] = centre(i);
        }
        return x;
    }

    /** Second on the clock of the series of a share of the whole span. */
    double second(double share) {
        return startSecond + spanSeconds * share;
    }

    double spanHours() {
        return spanSeconds / 3600;
    }

    /** Variance that rounding to the step adds to one slice. */
    double roundingVariance() {
        return step * step / 12;
    }

    /**
     * The same where noise moves the reading over its steps: rounding then differs from reading to reading, and a mean has
     * less of it. A reading that stands still has all of it.
     */
    double ditheredRoundingVariance() {
        return roundingVariance() / (1 + changes / (double) Math.max(size(), 1));
    }

    /** Squares below this, per slice, are rounding of the arithmetic and no signal. */
    double arithmeticNoise() {
        double unit = magnitude * 0x1p-44;
        return unit * unit;
    }

    /** The levels from one filled slice on. */
    Slices from(int first) {
        return first == 0
                ? this
                : new Slices(
                        total,
                        faulted,
                        Arrays.copyOfRange(index, first, size()),
                        Arrays.copyOfRange(place, first, size()),
                        Arrays.copyOfRange(level, first, size()),
                        Arrays.copyOfRange(eventsBefore, first, size()),
                        events,
                        step,
                        stepDeclared,
                        magnitude,
                        changes,
                        exponent,
                        startSecond,
                        spanSeconds);
    }

    /** Squares of ordinary readings fit a double; extreme ones are scaled by a power of two, which loses no digit. */
    private static int exponentFor(double magnitude) {
        if (magnitude == 0) {
            return 0;
        }
        int exponent = Math.getExponent(magnitude);
        return Math.abs(exponent) <= 400 ? 0 : exponent;
    }

    private static boolean faultOverlaps(List<Mark> marks, double start, double end) {
        for (Mark mark : marks) {
            if (mark.kind() == Mark.Kind.FAULT && mark.fromSecond() < end && mark.toSecond() >= start) {
                return true;
            }
        }
        return false;
    }

    /** The mean of the lower half, the median and the mean of a segment; the first alone where there is no room. */
    private static void summarise(double[] values, Segment segment, int exponent, double[][] levels, int at) {
        double[] sorted = Arrays.copyOfRange(values, segment.from(), segment.to());
        Arrays.sort(sorted);
        int k = sorted.length;
        int half = (k + 1) / 2;
        double sum = 0;
        for (int i = 0; i < k; i++) {
            sum += Math.scalb(sorted[i], -exponent);
            if (i == half - 1) {
                levels[0][at] = sum / half;
            }
        }
        if (levels.length > 1) {
            levels[1][at] = (Math.scalb(sorted[(k - 1) / 2], -exponent) + Math.scalb(sorted[k / 2], -exponent)) / 2;
            levels[2][at] = sum / k;
        }
    }

    /** The summary that moves least from slice to slice about its own trend; of equal ones the first. */
    private static double[] quietest(double[][] levels, int filled) {
        double[] quietest = levels[0];
        double least = Double.POSITIVE_INFINITY;
        for (double[] level : levels) {
            double squares = 0;
            for (int i = 2; i < filled; i++) {
                double bend = level[i] - 2 * level[i - 1] + level[i - 2];
                squares += bend * bend;
            }
            if (squares < least) {
                least = squares;
                quietest = level;
            }
        }
        return quietest;
    }

    private static double inferredStep(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int distinct = 1;
        double gap = Double.POSITIVE_INFINITY;
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] - sorted[i - 1] > 0) {
                distinct++;
                gap = Math.min(gap, sorted[i] - sorted[i - 1]);
            }
        }
        return distinct > 1 && distinct < values.length / 3.0 ? gap : 0;
    }

    /** The readings of one slice that lie on one side of every event: a mean over both sides would be of neither. */
    private record Segment(int from, int to, int eventsBefore) {
        int size() {
            return to - from;
        }

        double meanShare(double[] seconds, double start, double span) {
            double sum = 0;
            for (int i = from; i < to; i++) {
                sum += seconds[i] - start;
            }
            return sum / size() / span;
        }

        static Segment largest(double[] seconds, int from, int to, List<Mark> events) {
            Segment best = new Segment(from, events.isEmpty() ? to : from, 0);
            int i = from;
            while (!events.isEmpty() && i < to) {
                int before = eventsBefore(seconds[i], events);
                int end = i;
                while (end < to && eventsBefore(seconds[end], events) == before) {
                    end++;
                }
                if (before >= 0 && end - i >= best.size()) {
                    best = new Segment(i, end, before);
                }
                i = end;
            }
            return best;
        }

        /** How many events were over at a time; -1 inside one. */
        private static int eventsBefore(double second, List<Mark> events) {
            int over = 0;
            for (Mark event : events) {
                if (event.toSecond() <= second) {
                    over++;
                } else if (event.fromSecond() <= second) {
                    return -1;
                }
            }
            return over;
        }
    }
}
