package dev.evenkeel.soak.target;

import dev.evenkeel.drift.Mark;
import dev.evenkeel.leak.allocation.AllocationSite;
import dev.evenkeel.soak.Evidence;
import dev.evenkeel.soak.ResourceNames;
import dev.evenkeel.soak.Target;
import dev.evenkeel.soak.load.Connection;
import dev.evenkeel.soak.load.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An operation in this very JVM. The load calls it, from several threads at once where it is slower than its rate.
 *
 * <p>What the harness holds is part of the readings then: it takes its room before the warm-up is over, and grows by some
 * tens of kilobytes an hour after that.
 */
public final class InProcessTarget implements Target {
    /** Packages of which the harness keeps objects while a run goes on. */
    private static final Set<String> OURS = Set.of(
            Evidence.class.getPackageName(),
            Connection.class.getPackageName(),
            InProcessTarget.class.getPackageName(),
            Mark.class.getPackageName());

    private final Operation operation;
    private final JmxReadings jmx = JmxReadings.ofThisProcess();
    private final ProcReadings proc = ProcReadings.ofThisProcess();
    private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();

    /** What is done over and over. */
    @FunctionalInterface
    public interface Operation {
        /**
         * Does it once.
         *
         * @param sequence number of the call, from 0
         * @throws Exception when it failed; counted, and the run goes on
         */
        void run(long sequence) throws Exception;
    }

    /** An operation that may be called from any thread. */
    public InProcessTarget(Operation operation) {
        this.operation = operation;
    }

    /** What the first call that failed threw; null while none has. */
    public @Nullable Throwable firstFailure() {
        return firstFailure.get();
    }

    @Override
    public void start() {}

    @Override
    public Connection connect() {
        return new Connection() {
            @Override
            public Outcome send(long sequence) {
                try {
                    operation.run(sequence);
                    return Outcome.SUCCESS;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return Outcome.FAILED;
                } catch (Exception | AssertionError e) {
                    firstFailure.compareAndSet(null, e);
                    return Outcome.FAILED;
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Map<String, Double> sample() throws IOException {
        Map<String, Double> values = new LinkedHashMap<>(jmx.sample());
        if (ProcReadings.available()) {
            values.put(ResourceNames.RSS, proc.sample().getOrDefault(ResourceNames.RSS, Double.NaN));
        }
        return values;
    }

    @Override
    public Map<String, Double> limits() throws IOException {
        return jmx.limits();
    }

    @Override
    public double liveSetBytes() throws IOException {
        return jmx.liveSetBytes();
    }

    @Override
    public Evidence evidence() throws IOException {
        List<Evidence.Row> rows = new ArrayList<>(jmx.evidence());
        rows.removeIf(InProcessTarget::isOurs);
        if (ProcReadings.available()) {
            proc.evidence().stream()
                    .filter(row -> row.resource().equals(ResourceNames.OPEN_FDS))
                    .forEach(rows::add);
        }
        return new Evidence(rows);
    }

    /** Whether a row is of a class of the harness, whose instances are new by the end for the first reading came before them. */
    private static boolean isOurs(Evidence.Row row) {
        int dot = row.what().lastIndexOf('.');
        return row.resource().equals(ResourceNames.HEAP_LIVE)
                && dot > 0
                && OURS.contains(row.what().substring(0, dot));
    }

    @Override
    public OptionalInt exitCode() {
        return OptionalInt.empty();
    }

    @Override
    public String incarnation() {
        return "this process";
    }

    @Override
    public Optional<List<AllocationSite>> allocationSites(Duration window) throws IOException, InterruptedException {
        return Optional.of(AllocationRecording.ofThisProcess(window));
    }

    @Override
    public boolean inThisProcess() {
        return true;
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("service", "in the process of the harness");
    }

    @Override
    public void close() {}
}
