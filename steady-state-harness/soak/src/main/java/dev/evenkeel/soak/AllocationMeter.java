package dev.evenkeel.soak;

import dev.evenkeel.leak.allocation.AllocationSite;
import java.util.ArrayList;
import java.util.List;

/** Sums up what the target allocated between samples of the steady time. One thread. */
final class AllocationMeter {
    /*
     * The counter is read once a sample, operations are counted between samples: the two are some milliseconds apart, which a
     * slice of many samples does not notice. A counter that went back belongs to another JVM, or lost the share of a thread
     * that ended: that step is left out, with its operations. Readings of ours (the live set, the evidence) allocate in the
     * target too, and are in it.
     */

    private static final int SLICES = 10;

    /** Student's t, 97.5 %, 9 degrees of freedom. */
    private static final double T = 2.262157;

    /** What came between two samples. */
    private record Step(double bytes, long operations, double seconds) {}

    private final List<Step> steps = new ArrayList<>();
    private double lastBytes = Double.NaN;
    private double lastAt;
    private String lastIncarnation = "";
    private List<AllocationSite> sites = List.of();
    private double windowSeconds;
    private String siteNote = "";

    void add(RunEntry.Sample sample) {
        Double bytes = sample.values().get(ResourceNames.ALLOCATED);
        if (bytes == null) {
            return;
        }
        boolean goesOn = sample.incarnation().equals(lastIncarnation) && bytes >= lastBytes;
        if (goesOn && sample.steady() && sample.loadSteady()) {
            steps.add(new Step(bytes - lastBytes, sample.load().completed(), sample.at() - lastAt));
        }
        lastBytes = bytes;
        lastAt = sample.at();
        lastIncarnation = sample.incarnation();
    }

    void add(RunEntry.Allocated entry) {
        sites = entry.sites();
        windowSeconds = entry.windowSeconds();
        siteNote = entry.note();
    }

    Allocation summary() {
        double bytes = 0;
        double seconds = 0;
        long operations = 0;
        for (Step step : steps) {
            bytes += step.bytes();
            seconds += step.seconds();
            operations += step.operations();
        }
        double each = operations > 0 ? bytes / operations : Double.NaN;
        double half = halfWidth();
        return new Allocation(
                each,
                Math.max(0, each - half),
                each + half,
                seconds > 0 ? bytes / seconds : Double.NaN,
                operations,
                sites,
                windowSeconds,
                siteNote);
    }

    private double halfWidth() {
        if (steps.size() < 2 * SLICES) {
            return Double.NaN;
        }
        double[] each = new double[SLICES];
        double sum = 0;
        for (int slice = 0; slice < SLICES; slice++) {
            double bytes = 0;
            long operations = 0;
            for (Step step : steps.subList(slice * steps.size() / SLICES, (slice + 1) * steps.size() / SLICES)) {
                bytes += step.bytes();
                operations += step.operations();
            }
            each[slice] = bytes / operations; // NaN or infinite without operations, and so is the interval
            sum += each[slice];
        }
        double squares = 0;
        for (double value : each) {
            squares += (value - sum / SLICES) * (value - sum / SLICES);
        }
        double half = T * Math.sqrt(squares / (SLICES - 1) / SLICES);
        return Double.isFinite(half) ? half : Double.NaN;
    }
}
