package dev.evenkeel.payments.plant;

import java.io.IOException;
import java.util.List;

/**
 * A leak planted on purpose at a fixed rate.
 *
 * <p>A schedule the service has anyway calls {@link #tick(long)}; each call plants what is owed for the time since the
 * first. The amount depends on time only, not on how often or how evenly the ticks come.
 */
public abstract class Plant {
    /** The kinds {@link #of} knows. */
    public static final List<String> KINDS = List.of("none", "heap", "fd", "thread", "buffer", "loader");

    private final double perHour;
    private volatile long planted;
    private boolean started;
    private long startNanos;

    Plant(double perHour) {
        this.perHour = perHour;
    }

    /**
     * Makes a plant.
     *
     * @param kind one of {@link #KINDS}
     * @param perHour bytes of heap or of buffers, or a count of files, threads or class loaders, per hour
     * @throws IOException if the file that the plant would hold open cannot be made, or the code it would load not be read
     * @throws IllegalArgumentException on another kind
     */
    public static Plant of(String kind, double perHour) throws IOException {
        return switch (kind) {
            case "none" -> new Nothing();
            case "heap" -> new PlantedHeapLeak(perHour);
            case "fd" -> new PlantedFdLeak(perHour);
            case "thread" -> new PlantedThreadLeak(perHour);
            case "buffer" -> new PlantedBufferLeak(perHour);
            case "loader" -> new PlantedLoaderLeak(perHour);
            default -> throw new IllegalArgumentException(
                    "Cannot plant \"" + kind + "\": the kinds are " + String.join(", ", KINDS) + ".");
        };
    }

    /** Plants what is owed at this moment. One thread. The first call plants nothing: the time starts with it. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread ticks; others only read.
    public final void tick(long nowNanos) {
        if (!started) {
            started = true;
            startNanos = nowNanos;
        }
        double owed = perHour * ((nowNanos - startNanos) / 3.6e12);
        planted = planted + plant((long) owed - planted);
    }

    /** What has been planted so far, in the unit of the rate. Any thread. */
    public final long planted() {
        return planted;
    }

    /**
     * Plants up to {@code owed} units.
     *
     * @return the units planted; the rest is owed at the next tick
     */
    abstract long plant(long owed);

    private static final class Nothing extends Plant {
        Nothing() {
            super(0);
        }

        @Override
        long plant(long owed) {
            return 0;
        }
    }
}
