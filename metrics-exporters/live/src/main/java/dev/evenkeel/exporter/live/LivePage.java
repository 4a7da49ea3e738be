package dev.evenkeel.exporter.live;

import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.RunVerdict;
import dev.evenkeel.drift.TimeSeries;
import dev.evenkeel.exporter.http.AdminEndpoint;
import dev.evenkeel.exporter.http.AdminRequest;
import dev.evenkeel.exporter.http.AdminResponse;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A page with the resources that wear out, their course since the start and the drift verdict on each, served by the process
 * itself.
 *
 * <pre>{@code
 * LivePage live = LivePage.of(registry);
 * schedule.scheduleAtFixedRate(live::tick, 0, 1, TimeUnit.SECONDS);
 * AdminListener admin = AdminListener.builder().handle("/live", live).build();
 * }</pre>
 *
 * <p>It shows the heap after collections, threads, open file descriptors, the CPU share of collections and waiting jobs, as
 * far as the registry has them under the names of the core's {@code ResourceSamplers} and of the guards; and what
 * {@link Builder#watch} adds. A resource that never had a reading is not shown. The page is one file without a foreign
 * address in it; it asks the same path with {@code ?format=json} for the data.
 *
 * <p>Memory is bounded by {@link #capacity()} readings of each resource: when they are full, every second one is dropped and
 * the spacing doubles, so that the page always reaches back to the first tick.
 *
 * <p>Thread-safe. {@link #tick} walks the registry; requests judge the series, at most once for each reading that was kept.
 * The page judges again with every reading, and whoever looks often enough will see a false alarm some day: a FAIL here is a
 * reason to run a soak, whose verdict is given once.
 */
public final class LivePage implements AdminEndpoint {
    /** Ten minutes at a tick a second, five to ten hours at a minute; judged in about a millisecond. */
    public static final int DEFAULT_CAPACITY = 600;

    private static final int LEAST_CAPACITY = 60;
    private static final int MOST_CAPACITY = 10_000;

    private final MetricRegistry registry;
    private final NanoClock clock;
    private final int capacity;
    private final List<WatchedResource> resources;
    private final PolledPage page = PolledPage.beside(LivePage.class, "live.html");

    /** Guards the fields below it. */
    private final Object lock = new Object();

    private final History history;
    private final ResourceReading reading;
    private boolean started;
    private long startNanos;
    private double lastSecond;

    /** Guards {@code judged}: several browsers wait for one judgement. Taken before {@code lock}, never after it. */
    private final Object judging = new Object();

    private @Nullable Judged judged;

    /** The verdicts on a history of so many changes; null where a resource has no reading. */
    private record Judged(int changes, List<@Nullable DriftResult> results) {}

    /** What a request shows, copied under the lock. */
    private static final class View {
        final int changes;
        final long epochMillis;
        final double second;
        final double[] seconds;
        final double[][] history;
        final double[] now;
        final double[] limits;
        final String[] units;

        View(History history, ResourceReading reading, double second, int resources) {
            this.changes = history.changes();
            this.epochMillis = reading.epochMillis();
            this.second = second;
            this.seconds = history.seconds();
            this.history = new double[resources][];
            this.units = new String[resources];
            for (int i = 0; i < resources; i++) {
                this.history[i] = history.values(i);
                units[i] = reading.unit(i);
            }
            now = reading.values().clone();
            limits = reading.limits().clone();
        }
    }

    private LivePage(Builder builder) {
        registry = builder.registry;
        clock = builder.clock;
        capacity = builder.capacity;
        resources = List.copyOf(builder.resources);
        history = new History(resources.size(), capacity);
        reading = new ResourceReading(resources);
    }

    /** A page with default settings. */
    public static LivePage of(MetricRegistry registry) {
        return builder(registry).build();
    }

    /** Begins a description; every setting has a default. */
    public static Builder builder(MetricRegistry registry) {
        return new Builder(registry);
    }

    /** Takes one reading of every resource. Call it at an even pace, once a second or less often. */
    public void tick() {
        synchronized (lock) {
            registry.collect(reading);
            long now = clock.nanos();
            if (!started) {
                started = true;
                startNanos = now;
            }
            lastSecond = (now - startNanos) / 1e9;
            history.add(lastSecond, reading.values());
        }
    }

    /** Returns the most readings of each resource that are ever kept. */
    public int capacity() {
        return capacity;
    }

    /** Returns how many readings of each resource are kept now. */
    public int readings() {
        synchronized (lock) {
            return history.size();
        }
    }

    @Override
    public void respond(AdminRequest request, AdminResponse response) throws IOException {
        if ("json".equals(request.query("format"))) {
            response.json(json());
            return;
        }
        page.send(response);
    }

    /** Returns the data of the page: schema 1. */
    String json() {
        View view;
        List<@Nullable DriftResult> results;
        synchronized (judging) {
            view = view();
            results = judge(view);
        }
        JsonBuilder json = new JsonBuilder().open().add("schema", 1);
        json.add("epochMillis", view.epochMillis).exact("second", view.second).add("capacity", capacity);
        RunVerdict run = runVerdict(results);
        json.add("verdict", run == null ? "INCONCLUSIVE" : run.verdict().name());
        json.add("reason", run == null ? "No resource has a reading yet." : run.reason());
        json.rounded("seconds", view.seconds);
        json.openArray("resources");
        for (int i = 0; i < resources.size(); i++) {
            DriftResult result = results.get(i);
            if (result != null) {
                write(json, i, view, result);
            }
        }
        return json.closeArray().close().toString();
    }

    private void write(JsonBuilder json, int i, View view, DriftResult result) {
        WatchedResource resource = resources.get(i);
        DoubleFunction<String> amount = Amounts.of(view.units[i]);
        json.open().add("name", resource.name()).add("title", resource.title()).add("unit", view.units[i]);
        json.exact("now", view.now[i]).exact("limit", view.limits[i]);
        json.add("verdict", result.verdict().name()).add("reason", result.reason(amount));
        json.add("model", result.measured() ? result.model(amount) : "");
        json.rounded("slopePerHour", result.slopePerHour());
        json.rounded("lowerPerHour", result.lowerPerHour()).rounded("upperPerHour", result.upperPerHour());
        json.rounded("budgetPerHour", result.budget().perHour())
                .add("budgetReason", result.budget().reason());
        json.rounded("values", view.history[i]);
        json.rounded("fitSeconds", result.fitSeconds()).rounded("fitValues", result.fitValues());
        json.close();
    }

    private View view() {
        synchronized (lock) {
            return new View(history, reading, lastSecond, resources.size());
        }
    }

    private List<@Nullable DriftResult> judge(View view) {
        Judged known = judged;
        if (known != null && known.changes() == view.changes) {
            return known.results();
        }
        List<@Nullable DriftResult> results = new ArrayList<>();
        for (int i = 0; i < resources.size(); i++) {
            double lowest = lowest(view.history[i]);
            if (Double.isNaN(lowest)) {
                results.add(null);
            } else {
                Budget budget = resources.get(i).budget(lowest, view.limits[i]);
                TimeSeries series = TimeSeries.of(view.seconds, view.history[i]);
                results.add(DriftAnalysis.of(
                        series, budget, List.of(), resources.get(i).options()));
            }
        }
        judged = new Judged(view.changes, results);
        return results;
    }

    private static double lowest(double[] values) {
        double lowest = Double.NaN;
        for (double value : values) {
            if (Double.isFinite(value) && !(value >= lowest)) {
                lowest = value;
            }
        }
        return lowest;
    }

    private static @Nullable RunVerdict runVerdict(List<@Nullable DriftResult> results) {
        List<DriftResult> there = new ArrayList<>();
        for (DriftResult result : results) {
            if (result != null) {
                there.add(result);
            }
        }
        return there.isEmpty() ? null : DriftAnalysis.holm(there);
    }

    /** What to watch, and how much of it to keep. */
    public static final class Builder {
        private final MetricRegistry registry;
        private final List<WatchedResource> resources = new ArrayList<>(WatchedResource.DEFAULTS);
        private int capacity = DEFAULT_CAPACITY;
        private NanoClock clock = NanoClock.system();

        private Builder(MetricRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /**
         * How many readings of each resource are kept; {@value LivePage#DEFAULT_CAPACITY} unless set.
         *
         * @param readings {@value LivePage#LEAST_CAPACITY} to {@value LivePage#MOST_CAPACITY}, even
         */
        public Builder capacity(int readings) {
            if (readings < LEAST_CAPACITY || readings > MOST_CAPACITY || readings % 2 != 0) {
                throw new IllegalArgumentException(
                        "Cannot keep " + readings
                                + " readings: below " + LEAST_CAPACITY + " there may be too few to judge, above "
                                + MOST_CAPACITY
                                + " each poll would be slow, and halving needs an even number. Choose an even number in between.");
            }
            capacity = readings;
            return this;
        }

        /**
         * Sets the budget of a resource that is on the page.
         *
         * @param name such as {@code open_fds}
         */
        public Builder budget(String name, Budget budget) {
            Objects.requireNonNull(budget, "budget");
            for (int i = 0; i < resources.size(); i++) {
                if (resources.get(i).name().equals(name)) {
                    resources.set(i, resources.get(i).withBudget(budget));
                    return this;
                }
            }
            throw new IllegalArgumentException(
                    "Cannot budget \"" + name + "\": no resource of that name is on the page, which" + " has " + names()
                            + ". Add it with watch(..).");
        }

        /**
         * Adds a gauge to the page.
         *
         * @param name unique on the page
         * @param title what people call it
         * @param family the name of a gauge; the values of its series are added up
         * @param budget the growth that is allowed
         */
        public Builder watch(String name, String title, String family, Budget budget) {
            Objects.requireNonNull(title, "title");
            Objects.requireNonNull(budget, "budget");
            for (WatchedResource resource : resources) {
                if (resource.name().equals(name) || resource.family().equals(family)) {
                    throw new IllegalArgumentException(
                            "Cannot watch \"" + name + "\" (" + family + "): \"" + resource.name() + "\" ("
                                    + resource.family() + ") is on the page already. Set its budget with budget(..).");
                }
            }
            resources.add(WatchedResource.of(name, title, family, budget));
            return this;
        }

        private List<String> names() {
            return resources.stream().map(WatchedResource::name).toList();
        }

        Builder clock(NanoClock nanoClock) {
            clock = nanoClock;
            return this;
        }

        public LivePage build() {
            return new LivePage(this);
        }
    }
}
