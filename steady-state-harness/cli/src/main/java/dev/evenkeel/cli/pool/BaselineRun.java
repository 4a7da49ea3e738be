package dev.evenkeel.cli.pool;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import dev.evenkeel.metrics.Snapshot;
import dev.evenkeel.metrics.resource.ResourceSamplers;
import dev.evenkeel.soak.UnfitException;
import dev.evenkeel.soak.load.ArrivalSchedule;
import dev.evenkeel.soak.load.LoadGenerator;
import dev.evenkeel.soak.load.LoadInterval;
import dev.evenkeel.soak.load.Pacer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Three loads at once, read every second: queries to the database, and the same calls through each of the two HTTP clients.
 * One control thread; {@link #requestStop} from any.
 */
final class BaselineRun {
    /** Senders beyond the pool's size: with fewer, nobody could ever wait. */
    private static final int MORE_SENDERS = 8;

    private static final long FILL_NANOS = 20_000_000_000L;
    private static final double SECOND_NANOS = 1e9;

    private final Parts parts;
    private final Settings settings;
    private final Duration length;
    private final Consumer<Sample> listener;
    private volatile boolean stop;

    BaselineRun(Parts parts, Settings settings, Duration length, Consumer<Sample> listener) {
        this.parts = parts;
        this.settings = settings;
        this.length = length;
        this.listener = listener;
    }

    /** Ends the run at its next second. */
    void requestStop() {
        stop = true;
    }

    /** A fifth of the run, at most half a minute: connections are opened, code is compiled. */
    static Duration warmUp(Duration length) {
        Duration fifth = length.dividedBy(5);
        return fifth.compareTo(Duration.ofSeconds(30)) < 0 ? fifth : Duration.ofSeconds(30);
    }

    BaselineResult run() throws UnfitException, IOException, InterruptedException {
        try (MetricRegistry registry = MetricRegistry.create();
                ResourceSamplers samplers = ResourceSamplers.bindTo(registry);
                DatabaseLoad database = new DatabaseLoad(parts.jdbcUrl(), settings, registry);
                PooledHttpLoad pooled = new PooledHttpLoad(parts.fastUrl(), parts.slowUrl(), settings, registry);
                BoundedHttpLoad bounded = new BoundedHttpLoad(parts.fastUrl(), parts.slowUrl(), settings, registry)) {
            awaitFilled(database);
            return new Running(registry, List.of(database, pooled, bounded)).run();
        }
    }

    private static void awaitFilled(DatabaseLoad database) throws UnfitException, InterruptedException {
        long start = System.nanoTime();
        while (!database.filled()) {
            if (System.nanoTime() - start > FILL_NANOS) {
                throw new UnfitException("The database did not give all connections of the pool within 20 s. See its "
                        + "max_connections, or ask for fewer with --connections.");
            }
            Thread.sleep(10); // HikariCP opens them one after the other and tells nobody
        }
    }

    /** A run whose pools are open. */
    private final class Running {
        private final MetricRegistry registry;
        private final List<LoadGenerator> generators = new ArrayList<>();
        private final List<Crowd> crowds = new ArrayList<>();
        private final List<Gauges> gauges;
        private final List<Sample> samples = new ArrayList<>();
        private final Crowd.Sums[] before;

        Running(MetricRegistry registry, List<Load> loads) throws IOException {
            this.registry = registry;
            for (Load load : loads) {
                crowds.addAll(load.crowds());
                int room = load.crowds().stream().mapToInt(c -> c.limit).sum();
                LoadGenerator generator = new LoadGenerator(
                        load.callers(),
                        ArrivalSchedule.perSecond(
                                load instanceof DatabaseLoad ? Settings.QUERIES_PER_SECOND : Settings.CALLS_PER_SECOND),
                        room + MORE_SENDERS,
                        Pacer.system());
                generator.open();
                generators.add(generator);
            }
            gauges = List.of(
                    Gauges.database(),
                    Gauges.pooled(parts.fastUrl()),
                    Gauges.pooled(parts.slowUrl()),
                    Gauges.bounded(parts.fastUrl()),
                    Gauges.bounded(parts.slowUrl()));
            before = new Crowd.Sums[crowds.size()];
            Arrays.fill(before, Crowd.Sums.NONE);
        }

        BaselineResult run() throws InterruptedException {
            double warmUp = warmUp(length).toNanos() / SECOND_NANOS;
            int seconds = (int) Math.max(1, Math.round(length.toNanos() / SECOND_NANOS));
            long origin = System.nanoTime() + 50_000_000;
            List<Histogram> acquiredInWarmUp = List.of();
            double[] timeoutsInWarmUp = new double[crowds.size()];
            int ran = 0;
            try {
                generators.forEach(generator -> generator.begin(origin));
                for (int second = 1; second <= seconds && !stop; second++) {
                    Pacer.system().sleepUntil(origin + (long) (second * SECOND_NANOS));
                    Sample sample = sample(second);
                    samples.add(sample);
                    listener.accept(sample);
                    ran = second;
                    if (acquiredInWarmUp.isEmpty() && second >= warmUp) {
                        crowds.forEach(Crowd::steady);
                        Snapshot snapshot = registry.snapshot();
                        acquiredInWarmUp =
                                gauges.stream().map(g -> g.acquired(snapshot)).toList();
                        for (int i = 0; i < timeoutsInWarmUp.length; i++) {
                            timeoutsInWarmUp[i] = gauges.get(i).timeouts(snapshot);
                        }
                        warmUp = second;
                    }
                }
            } finally {
                generators.forEach(LoadGenerator::end);
            }
            boolean cutShort = ran < seconds;
            if (acquiredInWarmUp.isEmpty()) {
                return BaselineResult.of(List.of(), List.of(), warmUp, cutShort, settings);
            }
            double steadyFrom = warmUp;
            List<Sample> steady =
                    samples.stream().filter(s -> s.second() > steadyFrom).toList();
            return BaselineResult.of(
                    rows(steady, acquiredInWarmUp, timeoutsInWarmUp), steady, warmUp, cutShort, settings);
        }

        private Sample sample(int second) {
            double lateness = 0;
            long due = 0;
            long completed = 0;
            for (LoadGenerator generator : generators) {
                LoadInterval interval = generator.interval();
                lateness = Math.max(lateness, interval.lateness().getMaxValue() / 1e3);
                due += interval.due();
                completed += interval.completed();
            }
            Snapshot snapshot = registry.snapshot();
            List<Sample.Pool> pools = new ArrayList<>();
            for (int i = 0; i < crowds.size(); i++) {
                Crowd.Sums now = crowds.get(i).sums();
                Gauges g = gauges.get(i);
                pools.add(
                        new Sample.Pool(now.minus(before[i]), g.used(snapshot), g.idle(snapshot), g.waiting(snapshot)));
                before[i] = now;
            }
            return new Sample(second, snapshot.value("jvm.thread.count"), lateness, due, completed, pools);
        }

        private List<PoolRow> rows(List<Sample> steady, List<Histogram> acquiredInWarmUp, double[] timeoutsInWarmUp) {
            List<Boolean> stalled = BaselineResult.stalled(steady);
            Snapshot end = registry.snapshot();
            List<PoolRow> rows = new ArrayList<>();
            for (int i = 0; i < crowds.size(); i++) {
                Crowd crowd = crowds.get(i);
                Crowd.Sums all = Crowd.Sums.NONE;
                Crowd.Sums calm = Crowd.Sums.NONE;
                double mostWaiting = 0;
                for (int s = 0; s < steady.size(); s++) {
                    Sample.Pool pool = steady.get(s).pools().get(i);
                    all = all.plus(pool.counted());
                    if (!stalled.get(s)) {
                        calm = calm.plus(pool.counted());
                        mostWaiting = Math.max(mostWaiting, Double.isNaN(pool.waiting()) ? 0 : pool.waiting());
                    }
                }
                Histogram held = crowd.held();
                Histogram acquired = gauges.get(i).acquired(end);
                acquired.subtract(acquiredInWarmUp.get(i));
                gauges.get(i).addUnmeasured(acquired, all.calls());
                double perSecond = all.calls() / (double) Math.max(1, steady.size());
                rows.add(new PoolRow(
                        crowd.name,
                        crowd.library,
                        crowd.limit,
                        crowd.peak(),
                        all,
                        calm,
                        mostWaiting,
                        gauges.get(i).timeouts(end) - timeoutsInWarmUp[i],
                        PoolRow.Times.ofNanos(acquired),
                        PoolRow.Times.ofNanos(held),
                        perSecond,
                        held.getTotalCount() == 0 ? 0 : perSecond * held.getMean() / SECOND_NANOS));
            }
            return rows;
        }
    }

    /** Where a crowd's pool shows in the registry. */
    private record Gauges(
            List<String> used,
            List<String> idle,
            List<String> waiting,
            List<String> acquired,
            List<List<String>> givenUp,
            boolean measuresWaitsOnly) {

        static Gauges database() {
            String db = DatabaseLoad.POOL;
            return new Gauges(
                    List.of("db.client.connection.count", db, "used"),
                    List.of("db.client.connection.count", db, "idle"),
                    List.of("db.client.connection.pending_requests", db),
                    List.of("db.client.connection.wait_time", db),
                    List.of(List.of("db.client.connection.timeouts", db)),
                    false);
        }

        static Gauges pooled(String url) {
            String pool = PooledHttpLoad.POOL;
            String host = URI.create(url).getHost();
            String port = Integer.toString(URI.create(url).getPort());
            return new Gauges(
                    List.of("http.client.open_connections", pool, host, port, "active"),
                    List.of("http.client.open_connections", pool, host, port, "idle"),
                    List.of("http.client.route.pending_requests", pool, host, port),
                    List.of("http.client.connection.wait_time", pool),
                    List.of(List.of("http.client.connection.timeouts", pool)),
                    false);
        }

        static Gauges bounded(String url) {
            String client = BoundedHttpLoad.CLIENT;
            String upstream = url.substring(0, url.length() - 1);
            return new Gauges(
                    List.of("http.client.upstream.in_flight", client, upstream),
                    List.of(),
                    List.of("http.client.upstream.waiting", client, upstream),
                    List.of("http.client.upstream.wait_time", client, upstream),
                    List.of(
                            List.of("http.client.upstream.rejected", client, upstream, "queue_full"),
                            List.of("http.client.upstream.rejected", client, upstream, "wait_timeout")),
                    true);
        }

        private static Optional<Point> find(Snapshot snapshot, List<String> series) {
            return series.isEmpty()
                    ? Optional.empty()
                    : snapshot.find(
                            series.get(0), series.subList(1, series.size()).toArray(String[]::new));
        }

        private static double value(Snapshot snapshot, List<String> series) {
            return find(snapshot, series).map(Point::value).orElse(Double.NaN);
        }

        double used(Snapshot snapshot) {
            return value(snapshot, used);
        }

        double idle(Snapshot snapshot) {
            return value(snapshot, idle);
        }

        double waiting(Snapshot snapshot) {
            return value(snapshot, waiting);
        }

        double timeouts(Snapshot snapshot) {
            double sum = 0;
            for (List<String> series : givenUp) {
                double value = value(snapshot, series);
                sum += Double.isNaN(value) ? 0 : value;
            }
            return sum;
        }

        /** Times to get a connection since the start, in nanoseconds; the caller's to keep. */
        Histogram acquired(Snapshot snapshot) {
            Histogram held = new Histogram(2);
            find(snapshot, acquired).map(Point::histogram).ifPresent(h -> held.add(h.toHdrHistogram()));
            return held;
        }

        /** Adds the calls that found a place at once, where only waits are measured: their time to get one was none. */
        void addUnmeasured(Histogram acquired, long calls) {
            long unmeasured = calls - acquired.getTotalCount();
            if (measuresWaitsOnly && unmeasured > 0) {
                acquired.recordValueWithCount(0, unmeasured);
            }
        }
    }
}
