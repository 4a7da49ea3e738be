package dev.evenkeel.exporter.micrometer;

import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.name.WireNames;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Shows the metrics of a registry in Micrometer registries.
 *
 * <p>Counters become {@link FunctionCounter}s, gauges and up-down counters {@link Gauge}s, timers {@link FunctionTimer}s, and other histograms a
 * pair of function counters, {@code <name>.count} and {@code <name>.sum}. With {@link Builder#percentiles} timers and
 * histograms also become gauges {@code <name>.percentile}, one per quantile, tagged {@code phi}; those are since
 * registration.
 *
 * <p>{@link #bindTo} binds the series that there are. Series that appear later are bound by {@link #refresh}: call it now and
 * then, for example before each push or from the scheduler that the service has. Binding twice binds nothing twice.
 *
 * <p>Bound to an {@link EvenkeelMeterRegistry} over the same registry, alone or in a composite, it leaves out what that made itself,
 * and what is bound there is not shown by the core a second time: both directions may be used at once.
 *
 * <p>A gauge whose callback failed reads NaN, a counter its last value.
 *
 * <p>The meters hold what they need strongly: they keep working when nobody holds the binder. Thread-safe; starts no thread.
 */
public final class EvenkeelMeterBinder implements MeterBinder, AutoCloseable {
    /** One walk for a whole publish; registries publish every ten seconds or more. */
    private static final Duration DEFAULT_FRESHNESS = Duration.ofSeconds(1);

    private final SeriesCells cells;
    private final double[] percentiles;

    /** What is bound where. Guarded by this. */
    private final IdentityHashMap<MeterRegistry, Bound> bound = new IdentityHashMap<>();

    private record Bound(Map<Series, List<Meter>> meters) {}

    private EvenkeelMeterBinder(Builder builder) {
        percentiles = builder.percentiles;
        cells = new SeriesCells(builder.registry, builder.freshness.toNanos(), builder.clock, percentiles);
    }

    /** A binder with default settings. */
    public static EvenkeelMeterBinder of(MetricRegistry registry) {
        return builder(registry).build();
    }

    /** Begins a description; every setting has a default. */
    public static Builder builder(MetricRegistry registry) {
        return new Builder(registry);
    }

    /** Binds every series that there is now, and remembers the registry for {@link #refresh}. */
    @Override
    public void bindTo(MeterRegistry meterRegistry) {
        Objects.requireNonNull(meterRegistry, "meterRegistry");
        cells.read();
        synchronized (this) {
            bound.computeIfAbsent(meterRegistry, key -> new Bound(new IdentityHashMap<>()));
            bindNew(meterRegistry);
        }
    }

    /**
     * Binds the series that appeared since, in every registry that was bound to, and removes the meters of counters and
     * histograms that are shown no more, such as evicted ones. Walks the registry.
     *
     * @return how many series were new, added up over the bound registries
     */
    public int refresh() {
        cells.read();
        synchronized (this) {
            removeEvicted();
            int fresh = 0;
            for (MeterRegistry meterRegistry : bound.keySet()) {
                fresh += bindNew(meterRegistry);
            }
            return fresh;
        }
    }

    private int bindNew(MeterRegistry meterRegistry) {
        Bound here = Objects.requireNonNull(bound.get(meterRegistry), "bound");
        int before = here.meters().size();
        cells.forEach((series, cell) -> {
            if (!here.meters().containsKey(series)
                    && !madeBy(meterRegistry, series.descriptor().name())) {
                List<Meter> meters = new ArrayList<>();
                bind(meterRegistry, series, cell, meters);
                here.meters().put(series, meters);
            }
        });
        return here.meters().size() - before;
    }

    /** Returns whether a series is there because a registry over this very core, or in that composite, made it: it has the meter. */
    private boolean madeBy(MeterRegistry to, String coreName) {
        if (to instanceof CompositeMeterRegistry composite) {
            for (MeterRegistry part : composite.getRegistries()) {
                if (madeBy(part, coreName)) {
                    return true;
                }
            }
            return false;
        }
        return to instanceof EvenkeelMeterRegistry own && cells.isOf(own.core()) && own.made(coreName);
    }

    /** Removes the meters of counters and histograms that were evicted: held here, they would hold their cells for ever. */
    private void removeEvicted() {
        for (Series gone : cells.takeEvicted()) {
            bound.forEach((meterRegistry, here) -> {
                List<Meter> meters = here.meters().remove(gone);
                if (meters != null) {
                    meters.forEach(meterRegistry::remove);
                }
            });
        }
    }

    private void bind(MeterRegistry to, Series series, SeriesCell cell, List<Meter> meters) {
        MetricDescriptor descriptor = series.descriptor();
        List<Tag> tags = tags(descriptor, series.labels());
        String name = descriptor.name();
        String unit = WireNames.of(descriptor).micrometerUnit();
        // The functions capture the cell on purpose: Micrometer holds the object that it is given only weakly.
        switch (descriptor.kind()) {
            case COUNTER -> meters.add(FunctionCounter.builder(name, cell, ignored -> cell.value())
                    .tags(tags)
                    .description(descriptor.help())
                    .baseUnit(unit)
                    .register(to));
            case GAUGE, UP_DOWN_COUNTER -> meters.add(Gauge.builder(name, cell, SeriesCell::value)
                    .tags(tags)
                    .description(descriptor.help())
                    .baseUnit(unit)
                    .strongReference(true)
                    .register(to));
            case HISTOGRAM -> {
                bindHistogram(to, descriptor, tags, cell, meters);
                for (int i = 0; i < percentiles.length; i++) {
                    int index = i;
                    meters.add(Gauge.builder(name + ".percentile", cell, c -> c.quantile(index))
                            .tags(tags)
                            .tag("phi", Double.toString(percentiles[i]))
                            .description(descriptor.help())
                            .baseUnit(unit)
                            .strongReference(true)
                            .register(to));
                }
            }
        }
    }

    private static void bindHistogram(
            MeterRegistry to, MetricDescriptor descriptor, List<Tag> tags, SeriesCell cell, List<Meter> meters) {
        WireNames names = WireNames.of(descriptor);
        if (names.isMicrometerTimer()) {
            meters.add(FunctionTimer.builder(
                            descriptor.name(), cell, ignored -> cell.count(), ignored -> cell.value(), TimeUnit.SECONDS)
                    .tags(tags)
                    .description(descriptor.help())
                    .register(to));
            return;
        }
        meters.add(FunctionCounter.builder(names.micrometer().get(0), cell, ignored -> (double) cell.count())
                .tags(tags)
                .description(descriptor.help())
                .register(to));
        meters.add(FunctionCounter.builder(names.micrometer().get(1), cell, ignored -> cell.value())
                .tags(tags)
                .description(descriptor.help())
                .baseUnit(names.micrometerUnit())
                .register(to));
    }

    /** All series of a name need the same keys, or the Prometheus registry refuses the second of them. */
    private static List<Tag> tags(MetricDescriptor descriptor, Labels labels) {
        List<Tag> tags = new ArrayList<>();
        if (labels.isOverflow()) {
            if (descriptor.labelNames().isEmpty()) {
                tags.add(Tag.of(
                        labels.name(0), labels.value(0))); // where each series has its own keys there are none to fill
            }
            descriptor.labelNames().forEach(name -> tags.add(Tag.of(name, WireNames.MICROMETER_OVERFLOW)));
            return tags;
        }
        for (int i = 0; i < labels.size(); i++) {
            tags.add(Tag.of(labels.name(i), labels.value(i)));
        }
        return tags;
    }

    /** Removes what was bound from every registry. Idempotent; closes no registry. */
    @Override
    public synchronized void close() {
        bound.forEach((meterRegistry, here) ->
                here.meters().values().forEach(meters -> meters.forEach(meterRegistry::remove)));
        bound.clear();
    }

    /** What to bind, and how often to collect. */
    public static final class Builder {
        private final MetricRegistry registry;
        private Duration freshness = DEFAULT_FRESHNESS;
        private double[] percentiles = {};
        private NanoClock clock = NanoClock.system();

        private Builder(MetricRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /** How old a reading may be before a meter that is read collects again: zero or more; one second unless set. */
        public Builder freshness(Duration most) {
            if (most.isNegative() || most.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("Cannot keep readings for " + most
                        + ": they would be from the future, or too old to mean anything. Choose zero to a day.");
            }
            freshness = most;
            return this;
        }

        /** Quantiles to show of timers and histograms, 0.0 to 1.0; none unless set. */
        public Builder percentiles(double... quantiles) {
            for (double quantile : quantiles) {
                if (!(quantile >= 0 && quantile <= 1)) {
                    throw new IllegalArgumentException("Cannot show the quantiles " + Arrays.toString(quantiles)
                            + ": a quantile is 0.0 to 1.0. Write 0.99 for the 99th percentile.");
                }
            }
            percentiles = quantiles.clone();
            return this;
        }

        Builder clock(NanoClock nanoClock) {
            clock = nanoClock;
            return this;
        }

        public EvenkeelMeterBinder build() {
            return new EvenkeelMeterBinder(this);
        }
    }
}
