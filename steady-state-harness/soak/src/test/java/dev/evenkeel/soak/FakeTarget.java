package dev.evenkeel.soak;

import dev.evenkeel.leak.allocation.AllocationSite;
import dev.evenkeel.soak.load.Connection;
import dev.evenkeel.soak.load.ManualPacer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** A service whose resources grow as a test says, under a manual clock; readings wobble from a fixed seed. */
final class FakeTarget implements Target {
    private final ManualPacer pacer;
    private final long started;
    private long noise = 0x9E3779B97F4A7C15L;

    double fdsPerHour;
    double threadsPerHour;
    double heapPerHour;
    double dieAtSecond = Double.MAX_VALUE;
    int exitCode;
    double restartAtSecond = Double.MAX_VALUE;
    double samplesFailFrom = Double.MAX_VALUE;
    double samplesFailTo = Double.MAX_VALUE;
    long liveSetMillis = 40;
    int restarts;
    double bornAt;
    UnaryOperator<Map<String, Double>> spoil = UnaryOperator.identity();
    boolean closed;
    Optional<List<AllocationSite>> sites = Optional.empty();
    boolean sitesFail;
    double sitesAskedAt = Double.NaN;
    final List<String> faults = new ArrayList<>();
    final List<Double> liveSetSeconds = new ArrayList<>();

    FakeTarget(ManualPacer pacer) {
        this.pacer = pacer;
        this.started = pacer.nanos();
    }

    double second() {
        return (pacer.nanos() - started) / 1e9;
    }

    /** Uniform in -1 to 1. */
    private double wobble() {
        noise ^= noise << 13;
        noise ^= noise >>> 7;
        noise ^= noise << 17;
        return (noise >> 11) / (double) (1L << 52);
    }

    private double fds() {
        return 80 + Math.floor(fdsPerHour * (second() - bornAt) / 3600);
    }

    private double threads() {
        return 40 + Math.floor(threadsPerHour * second() / 3600);
    }

    private double heap() {
        return 20e6 + heapPerHour * second() / 3600;
    }

    @Override
    public void start() {}

    @Override
    public Connection connect() throws IOException {
        throw new IOException("the load is a fake too");
    }

    @Override
    public Map<String, Double> sample() throws IOException {
        pacer.advanceMillis(3);
        if (second() >= samplesFailFrom && second() < samplesFailTo) {
            throw new IOException("no answer");
        }
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(ResourceNames.OPEN_FDS, fds());
        values.put(ResourceNames.THREADS, threads());
        values.put(ResourceNames.RSS, 400e6 + 1e6 * second() + 1e5 * wobble());
        return spoil.apply(values);
    }

    @Override
    public Map<String, Double> limits() {
        return Map.of(ResourceNames.OPEN_FDS, 1_048_576.0, ResourceNames.HEAP_LIVE, 256e6);
    }

    @Override
    public double liveSetBytes() {
        liveSetSeconds.add(second());
        pacer.advanceMillis(liveSetMillis);
        return Math.rint(heap() + 4000 * wobble());
    }

    @Override
    public Evidence evidence() {
        pacer.advanceMillis(80);
        return new Evidence(List.of(
                new Evidence.Row(ResourceNames.OPEN_FDS, "socket", 60, 60),
                new Evidence.Row(ResourceNames.OPEN_FDS, "/tmp/planted-*", fds() - 60, fds() - 60),
                new Evidence.Row(ResourceNames.THREADS, "planted-*", threads() - 30, threads() - 30),
                new Evidence.Row(ResourceNames.HEAP_LIVE, "byte[]", heap() / 1024, heap())));
    }

    @Override
    public Optional<List<AllocationSite>> allocationSites(Duration window) throws IOException {
        sitesAskedAt = second();
        pacer.advanceMillis(window.toMillis());
        if (sitesFail) {
            throw new IOException("it has no recorder");
        }
        return sites;
    }

    @Override
    public boolean canFault(FaultPlan.Kind kind) {
        return kind == FaultPlan.Kind.SLOW || kind == FaultPlan.Kind.ERRORS;
    }

    @Override
    public void fault(FaultPlan.Fault fault, java.time.Duration lasts) {
        faults.add(fault.kind().name().toLowerCase(java.util.Locale.ROOT) + " " + fault.amount());
    }

    @Override
    public boolean canRestart() {
        return true;
    }

    /** What leaked is gone with the process. */
    @Override
    public void restart() {
        pacer.advanceMillis(3000);
        restarts++;
        bornAt = second();
    }

    @Override
    public void normal() {
        faults.add("normal");
    }

    @Override
    public OptionalInt exitCode() {
        return second() >= dieAtSecond ? OptionalInt.of(exitCode) : OptionalInt.empty();
    }

    @Override
    public String incarnation() {
        return second() >= restartAtSecond ? "x" : "" + (1 + restarts);
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("plant", "none");
    }

    @Override
    public void close() {
        closed = true;
    }
}
