package dev.evenkeel.exporter.otlp;

import java.util.List;
import java.util.stream.DoubleStream;

/** The upper bounds of explicit buckets, chosen by unit: the same as those of the Prometheus exporter. */
final class BucketLadder {
    private static final double[] SECONDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

    private static final double[] BYTES = {
        0x1p8, 0x1p10, 0x1p12, 0x1p14, 0x1p16, 0x1p18, 0x1p20, 0x1p22, 0x1p24, 0x1p26, 0x1p28, 0x1p30
    };

    private static final double[] NUMBERS = {
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6
    };

    private BucketLadder() {}

    /** Returns bounds in the unit, inclusive and ascending, without infinity. */
    static List<Double> of(String unit) {
        return switch (unit) {
            case "s" -> times(SECONDS, 1);
            case "ms" -> times(SECONDS, 1e3);
            case "us" -> times(SECONDS, 1e6);
            case "ns" -> times(SECONDS, 1e9);
            case "By" -> times(BYTES, 1);
            default -> times(NUMBERS, 1);
        };
    }

    private static List<Double> times(double[] bounds, double factor) {
        return DoubleStream.of(bounds)
                .map(bound -> factor == 1 ? bound : Math.rint(bound * factor))
                .boxed()
                .toList();
    }
}
