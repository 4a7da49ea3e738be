package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Observed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** What is too dear for each collect: descriptors by kind, sockets by state, switches of all threads. */
final class ProcessScans implements AutoCloseable {
    /*
     * The scans run on the schedule's thread. A collect sees the results of the last scan that ended: each scan writes them
     * under the lock that the gauges read them under, and does the reading of files outside it.
     */

    static final Duration DESCRIPTORS_EVERY = Duration.ofSeconds(30);
    static final Duration THREADS_EVERY = Duration.ofSeconds(60);

    private static final int KINDS = 0;
    private static final int STATES = KINDS + FdKind.values().length;
    private static final int VOLUNTARY = STATES + SocketStates.NAMES.size();
    private static final int INVOLUNTARY = VOLUNTARY + 1;
    private static final int WAIT_SECONDS = INVOLUNTARY + 1;
    private static final int SIZE = WAIT_SECONDS + 1;
    private static final FdKind[] ALL_KINDS = FdKind.values();

    private final FdScan descriptors;
    private final SocketStates sockets;
    private final ThreadAccounts threads;
    private final Labelled<Counter> bounded;
    private final double[] values = new double[SIZE];
    private SamplerSchedule.Task[] tasks = {};
    private boolean socketsNext = true;

    private ProcessScans(MetricRegistry registry, FdScan descriptors, SocketStates sockets, ThreadAccounts threads) {
        this.descriptors = descriptors;
        this.sockets = sockets;
        this.threads = threads;
        Arrays.fill(values, Double.NaN);
        bounded = registry.counter("evenkeel.process.bounded_scans")
                .unit("{scan}")
                .help("Scans of the process that reached their bound: descriptors are sampled, the rest is incomplete.")
                .labels("scan")
                .register();
    }

    static ProcessScans bindTo(MetricRegistry registry, SamplerSchedule schedule, Path root) {
        return bindTo(registry, schedule, new FdScan(root), new SocketStates(root), new ThreadAccounts(root));
    }

    static ProcessScans bindTo(
            MetricRegistry registry,
            SamplerSchedule schedule,
            FdScan descriptors,
            SocketStates sockets,
            ThreadAccounts threads) {
        ProcessScans scans = new ProcessScans(registry, descriptors, sockets, threads);
        scans.register(registry);
        scans.tasks = new SamplerSchedule.Task[] {
            schedule.every(DESCRIPTORS_EVERY, "descriptors", scans::scanDescriptors),
            schedule.every(THREADS_EVERY, "thread_accounts", scans::scanThreads),
        };
        return scans;
    }

    private void register(MetricRegistry registry) {
        Observed kinds = registry.observedGauge("process.open_file_descriptor.kind.count")
                .unit("{file_descriptor}")
                .help("Descriptors that the process holds open, by what they point to.")
                .labels("kind")
                .register();
        for (FdKind kind : ALL_KINDS) {
            add(kinds, KINDS + kind.ordinal(), kind.word());
        }
        Observed states = registry.observedGauge("process.network.connection.count")
                .unit("{connection}")
                .help("TCP sockets that the process holds, by state.")
                .labels("network.connection.state")
                .register();
        for (int i = 0; i < SocketStates.NAMES.size(); i++) {
            add(states, STATES + i, SocketStates.NAMES.get(i));
        }
        Observed switches = registry.observedCounter("process.context_switches")
                .unit("{context_switch}")
                .help("Times that threads of the process left a processor, to wait or because they had to.")
                .labels("process.context_switch.type")
                .register();
        add(switches, VOLUNTARY, "voluntary");
        add(switches, INVOLUNTARY, "involuntary");
        add(
                registry.observedCounter("process.cpu.wait_time")
                        .unit("s")
                        .help("Seconds that threads of the process were ready to run and waited for a processor.")
                        .register(),
                WAIT_SECONDS);
    }

    private void add(Observed observed, int index, String... labelValues) {
        observed.add(() -> value(index), labelValues);
    }

    private synchronized double value(int index) {
        return values[index];
    }

    private void scanDescriptors() {
        boolean there = descriptors.scan();
        if (there && descriptors.sampled()) {
            bounded.bind("descriptors").increment();
        }
        synchronized (this) {
            for (FdKind kind : ALL_KINDS) {
                values[KINDS + kind.ordinal()] = there ? Math.rint(descriptors.count(kind)) : Double.NaN;
            }
        }
        if (socketsNext) { // at every second scan, which has just found their inodes
            scanSockets(there);
        }
        socketsNext = !socketsNext;
    }

    private void scanSockets(boolean thereAreDescriptors) {
        boolean there = thereAreDescriptors && sockets.scan(descriptors);
        if (there && sockets.truncated()) {
            bounded.bind("sockets").increment();
        }
        synchronized (this) {
            for (int i = 0; i < SocketStates.NAMES.size(); i++) {
                values[STATES + i] = there ? Math.rint(sockets.count(i) * descriptors.scale()) : Double.NaN;
            }
        }
    }

    private void scanThreads() {
        boolean there = threads.scan();
        if (there && threads.truncated()) {
            bounded.bind("thread_accounts").increment();
        }
        synchronized (this) {
            values[VOLUNTARY] = there ? threads.voluntary() : Double.NaN;
            values[INVOLUNTARY] = there ? threads.involuntary() : Double.NaN;
            values[WAIT_SECONDS] = there && threads.waitNanos() > 0 ? threads.waitNanos() / 1e9 : Double.NaN;
        }
    }

    @Override
    public void close() {
        for (SamplerSchedule.Task task : tasks) {
            task.close();
        }
        synchronized (this) {
            Arrays.fill(values, Double.NaN);
        }
    }
}
