package dev.evenkeel.metrics.convert;

/** The bounds of classic buckets that every exporter uses unless told otherwise, chosen by unit. */
public final class BucketLadder {
    private static final double[] SECONDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

    private static final double[] BYTES = {
        0x1p8, 0x1p10, 0x1p12, 0x1p14, 0x1p16, 0x1p18, 0x1p20, 0x1p22, 0x1p24, 0x1p26, 0x1p28, 0x1p30
    };

    private static final double[] NUMBERS = {
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6
    };

    private BucketLadder() {}

    /**
     * Returns the upper bounds for a unit, inclusive and ascending, without infinity: 1 ms to 10 s for times, 256 B to 1 GiB
     * for bytes, 1 to 10^6 for all else. Allocates.
     *
     * @param unit in UCUM, as in {@link dev.evenkeel.metrics.MetricDescriptor#unit}
     */
    public static double[] of(String unit) {
        return switch (unit) {
            case "s" -> SECONDS.clone();
            case "ms" -> times(SECONDS, 1e3);
            case "us" -> times(SECONDS, 1e6);
            case "ns" -> times(SECONDS, 1e9);
            case "By" -> BYTES.clone();
            default -> NUMBERS.clone();
        };
    }

    private static double[] times(double[] bounds, double factor) {
        double[] scaled = new double[bounds.length];
        for (int i = 0; i < bounds.length; i++) {
            scaled[i] = Math.rint(bounds[i] * factor);
        }
        return scaled;
    }
}
