package dev.evenkeel.drift;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A series that rises slowly and falls at once at uneven moments, as a heap does between collections: what is left after each fall
 * is what tells, as of a held series its changes do. Not thread-safe.
 */
final class Teeth {
    /*
     * Readings are put together, five or fewer, until noise seldom turns the curve; then a fall is a way down of at least five
     * standard deviations, and of a tenth of the range, between two ways up of that size (the turning points of a zigzag). Noise is
     * told from the smaller bends, which no fall takes part in.
     *
     * A cycle falls as long as it rises, a burst rises at once, and noise does either as often as the other: so falls must take
     * less than half of the time that rises take, and no rise be sudden. Even teeth are left to the models, which see more in
     * all readings than in the floors alone. And a last rise above all the peaks may be more than a tooth: that is for
     * the models too.
     */
    static final int FEWEST = 7;

    private static final int MOST_POINTS = 144;
    private static final double STEEP = 5; // standard deviations
    private static final double OF_RANGE = 0.1;
    private static final double QUIET = 0.3; // share of the bends that no fall takes part in
    private static final double QUIET_SIGMAS =
            0.3853 * 2.449; // 30 % of |z|, and a bend has the variance of six readings
    private static final double FALLING = 0.5;
    private static final double SUDDEN = 0.75; // of a rise, within two points
    private static final double UNEVEN = 0.3; // standard deviation of the lengths of teeth, over their mean

    private final double[] seconds;
    private final double[] values;
    private final int[] peaks;
    private final int[] floors;
    private int falls;

    private Teeth(Readings readings) {
        int n = readings.size();
        int width = (n + MOST_POINTS - 1) / MOST_POINTS;
        int m = (n + width - 1) / width;
        seconds = new double[m];
        values = new double[m];
        for (int i = 0; i < m; i++) {
            int from = i * width;
            int to = Math.min(n, from + width);
            for (int k = from; k < to; k++) {
                seconds[i] += readings.seconds()[k] / (to - from);
                values[i] += readings.values()[k] / (to - from);
            }
        }
        peaks = new int[m];
        floors = new int[m];
        double steep = steep();
        if (steep > 0 && Double.isFinite(steep)) {
            turn(steep);
        }
    }

    /** What is left after each fall, or null where the series has no teeth, or even ones, or too few. */
    static @Nullable Readings floors(Readings readings) {
        Teeth teeth = new Teeth(readings);
        if (teeth.falls < FEWEST || !teeth.fallAtOnce() || !teeth.uneven() || teeth.endsAboveAllPeaks()) {
            return null;
        }
        double[] seconds = new double[teeth.falls];
        double[] values = new double[teeth.falls];
        for (int i = 0; i < teeth.falls; i++) {
            seconds[i] = teeth.seconds[teeth.floors[i]];
            values[i] = teeth.values[teeth.floors[i]];
        }
        return new Readings(seconds, values, readings.gaps());
    }

    /** How far a way down or up must go to count. */
    private double steep() {
        int m = values.length;
        double[] bends = new double[m - 2];
        double low = Math.min(values[0], values[1]);
        double high = Math.max(values[0], values[1]);
        for (int i = 2; i < m; i++) {
            bends[i - 2] = Math.abs(values[i] - 2 * values[i - 1] + values[i - 2]);
            low = Math.min(low, values[i]);
            high = Math.max(high, values[i]);
        }
        Arrays.sort(bends);
        double sigma = bends[(int) (QUIET * bends.length)] / QUIET_SIGMAS;
        return Math.max(STEEP * sigma, OF_RANGE * (high - low));
    }

    /** Finds the falls, the last of which may still be going on. */
    private void turn(double steep) {
        boolean rising = true;
        int turn = 0;
        for (int i = 1; i < values.length; i++) {
            if (rising ? values[i] > values[turn] : values[i] < values[turn]) {
                turn = i;
            } else if (Math.abs(values[i] - values[turn]) >= steep) {
                if (rising) {
                    peaks[falls] = turn;
                } else {
                    floors[falls++] = turn;
                }
                rising = !rising;
                turn = i;
            }
        }
        if (!rising) {
            floors[falls++] = turn;
        }
    }

    private boolean fallAtOnce() {
        int falling = 0;
        double risen = 0;
        double suddenly = 0;
        for (int i = 0; i < falls; i++) {
            falling += floors[i] - peaks[i];
            int end = i + 1 < falls ? peaks[i + 1] : values.length - 1;
            double most = 0;
            for (int k = floors[i] + 1; k <= end; k++) {
                most = Math.max(most, values[k] - values[Math.max(floors[i], k - 2)]);
            }
            suddenly += most;
            risen += values[end] - values[floors[i]];
        }
        int rising = floors[falls - 1] - peaks[0] - falling;
        return falling <= FALLING * rising && suddenly <= SUDDEN * risen;
    }

    private boolean uneven() {
        double mean = (seconds[floors[falls - 1]] - seconds[floors[0]]) / (falls - 1);
        double squares = 0;
        for (int i = 1; i < falls; i++) {
            double off = seconds[floors[i]] - seconds[floors[i - 1]] - mean;
            squares += off * off;
        }
        return Math.sqrt(squares / (falls - 1)) >= UNEVEN * mean;
    }

    private boolean endsAboveAllPeaks() {
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < falls; i++) {
            highest = Math.max(highest, values[peaks[i]]);
        }
        return values[values.length - 1] > highest;
    }
}
