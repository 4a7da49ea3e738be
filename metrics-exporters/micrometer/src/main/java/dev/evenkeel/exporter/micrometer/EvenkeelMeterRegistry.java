package dev.evenkeel.exporter.micrometer;

import dev.evenkeel.metrics.DoubleCounter;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Series;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionCounter;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionTimer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.HistogramGauges;
import io.micrometer.core.instrument.distribution.HistogramSupport;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.internal.DefaultGauge;
import io.micrometer.core.instrument.internal.DefaultLongTaskTimer;
import io.micrometer.core.instrument.internal.DefaultMeter;
import io.micrometer.core.instrument.noop.NoopCounter;
import io.micrometer.core.instrument.noop.NoopDistributionSummary;
import io.micrometer.core.instrument.noop.NoopTimer;
import io.micrometer.core.instrument.util.DoubleFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Micrometer's registry over our core: what is recorded through Micrometer's API is counted in the cells of a {@link
 * MetricRegistry}, and every exporter of that registry shows it.
 *
 * <p>Thread-safe; starts no thread. Recording on a counter, timer or summary allocates nothing, takes no lock and reads no clock
 * but the one that a timing needs. Looking a meter up costs what it costs in every Micrometer registry.
 *
 * <p>Names stay dotted; characters that the core does not know become underscores, base units UCUM. A name that the core has as
 * something else gets what it is as a last part: {@code jobs.counter}. Where that fails too, or the core's memory is spent, the
 * meter records nothing: {@code evenkeel.micrometer.refused} counts it, and listeners to failed registrations hear of it.
 *
 * <p>Counters add up doubles, to the error of {@link DoubleCounter}. Timers record whole nanoseconds, up to 78 hours. Summaries round
 * amounts to a thousandth of their unit, bytes to whole ones; {@code minimumExpectedValue} below one makes it a hundredth of that.
 *
 * <p>Past the cardinality limit of a name new tags are counted in the overflow series <code>{otel_metric_overflow="true"}</code>,
 * which has one meter. Callbacks past it are not shown, and counted by {@code evenkeel.dropped{reason="overflowed"}}.
 */
public final class EvenkeelMeterRegistry extends MeterRegistry {
    /** How long a maximum is shown, and what percentiles are of, where neither the meter nor the builder says: two minutes. */
    static final Duration DEFAULT_EXPIRY = Duration.ofMinutes(2);

    private static final String SECONDS = "seconds";

    private final MetricRegistry core;
    private final CoreFamilies families;
    private final SeriesLimit limit;
    private final Config config;
    private final Duration expiry;
    private final boolean maximum;

    /** How to take off the core what a meter has there. */
    private final Map<Meter.Id, Runnable> releases = new ConcurrentHashMap<>();

    private EvenkeelMeterRegistry(Builder builder) {
        super(builder.clock);
        this.core = builder.core;
        this.expiry = builder.expiry;
        this.maximum = builder.maximum;
        this.families = new CoreFamilies(core, builder.cardinalityLimit, this::meterRegistrationFailed);
        this.limit = new SeriesLimit(builder.cardinalityLimit);
        this.config = new LimitedConfig();
        super.config()
                .namingConvention(NamingConvention.identity)
                .onMeterAdded(meter -> limit.added(meter.getId()))
                .onMeterRemoved(this::removed)
                .meterFilter(limit.filter());
    }

    /** Returns a registry over a core, with the defaults of {@link Builder}. Closing it leaves the core open. */
    public static EvenkeelMeterRegistry of(MetricRegistry core) {
        return builder(core).build();
    }

    /** Returns a builder, to change the defaults. */
    public static Builder builder(MetricRegistry core) {
        return new Builder(core);
    }

    /** Returns the core: where its own instruments are registered, and exporters read. */
    public MetricRegistry core() {
        return core;
    }

    /** Returns whether a family of the core is one that this registry made. */
    boolean made(String coreName) {
        return families.made(coreName);
    }

    @Override
    public Config config() {
        return config;
    }

    /** Adds each filter before the limit, which must count what filters made of the ids. */
    private final class LimitedConfig extends Config {
        @Override
        public synchronized Config meterFilter(MeterFilter filter) {
            super.meterFilter(filter);
            super.meterFilter(limit.filter());
            return this;
        }
    }

    private void removed(Meter meter) {
        limit.removed(meter.getId());
        Runnable release = releases.remove(meter.getId());
        if (release != null) {
            release.run();
        }
    }

    /** Remembers how to let go of what a meter has in the core, in the order given; null is nothing. */
    private void releaseWith(Meter.Id id, List<@Nullable Runnable> all) {
        releases.put(id, () -> {
            for (Runnable release : all) {
                if (release != null) {
                    release.run();
                }
            }
        });
    }

    /** Looks whether a new meter got the overflow series although its id is none: then the core has no more room. */
    private void lookForOverflow(Meter.Id id, Series series) {
        if (!SeriesLimit.isOverflow(id) && series.labels().isOverflow()) {
            limit.refused(id);
        }
    }

    @Override
    protected Counter newCounter(Meter.Id id) {
        CoreFamilies.Bound<DoubleCounter> bound = families.counter(id);
        if (bound == null) {
            return new NoopCounter(id);
        }
        lookForOverflow(id, bound.series());
        return new CoreCounter(id, bound.series());
    }

    @Override
    protected Timer newTimer(Meter.Id id, DistributionStatisticConfig statistics, PauseDetector pauses) {
        CoreFamilies.Bound<dev.evenkeel.metrics.Timer> bound =
                families.timer(id, Distribution.window(statistics), Distribution.digits(statistics));
        if (bound == null) {
            return new NoopTimer(id);
        }
        lookForOverflow(id, bound.series());
        WindowMax max = max(statistics);
        CoreTimer timer = new CoreTimer(
                id,
                clock,
                pauses,
                getBaseTimeUnit(),
                bound.series(),
                max,
                new Distribution(bound.series(), 1, statistics));
        List<@Nullable Runnable> all = new ArrayList<>();
        all.add(bound.release());
        if (showsMaximum(id)) {
            all.add(families.gauge(id, ".max", SECONDS, () -> timer.max(TimeUnit.SECONDS)));
        }
        releaseWith(id, all);
        showGauges(
                timer.gauges,
                percentile -> percentile.value(getBaseTimeUnit()),
                bucket -> bucket.bucket(getBaseTimeUnit()));
        return timer;
    }

    @Override
    protected DistributionSummary newDistributionSummary(
            Meter.Id id, DistributionStatisticConfig statistics, double scale) {
        CoreFamilies.Bound<dev.evenkeel.metrics.Histogram> bound = families.summary(
                id,
                Distribution.window(statistics),
                Distribution.digits(statistics),
                CoreSummary.perUnit(CoreNames.unit(id.getBaseUnit()), statistics));
        if (bound == null) {
            return new NoopDistributionSummary(id);
        }
        lookForOverflow(id, bound.series());
        CoreSummary summary = new CoreSummary(
                id,
                scale,
                bound.series(),
                max(statistics),
                clock,
                new Distribution(bound.series(), CoreSummary.rawPerUnit(bound.series()), statistics));
        List<@Nullable Runnable> all = new ArrayList<>();
        all.add(bound.release());
        if (showsMaximum(id)) {
            all.add(families.gauge(id, ".max", id.getBaseUnit(), summary::max));
        }
        releaseWith(id, all);
        showGauges(summary.gauges, ValueAtPercentile::value, CountAtBucket::bucket);
        return summary;
    }

    /** The overflow series has none: the core alone may give its label. */
    private boolean showsMaximum(Meter.Id id) {
        return maximum && !SeriesLimit.isOverflow(id);
    }

    private WindowMax max(DistributionStatisticConfig statistics) {
        return new WindowMax(
                Distribution.expiry(statistics).toNanos(), Distribution.slices(statistics), clock.monotonicTime());
    }

    /** Registers a gauge for each percentile and each objective, spelled as Micrometer's registries without either spell them. */
    private void showGauges(
            HistogramSupport gauges,
            Function<ValueAtPercentile, Double> percentileValue,
            Function<CountAtBucket, Double> boundary) {
        Meter.Id id = gauges.getId();
        if (SeriesLimit.isOverflow(id)) {
            return;
        }
        HistogramGauges.register(
                gauges,
                this,
                percentile -> id.getName() + ".percentile",
                percentile ->
                        Tags.concat(id.getTagsAsIterable(), "phi", DoubleFormat.decimalOrNan(percentile.percentile())),
                percentileValue,
                bucket -> id.getName() + ".histogram",
                bucket ->
                        Tags.concat(id.getTagsAsIterable(), "le", DoubleFormat.wholeOrDecimal(boundary.apply(bucket))));
    }

    @Override
    protected <T> Gauge newGauge(Meter.Id id, @Nullable T obj, ToDoubleFunction<T> valueFunction) {
        Gauge gauge = new DefaultGauge<>(id, obj, valueFunction);
        if (!isOurOwn(obj)) {
            releaseWith(id, listOf(families.gauge(id, "", id.getBaseUnit(), gauge::value)));
        }
        return gauge;
    }

    @Override
    protected <T> FunctionCounter newFunctionCounter(Meter.Id id, T obj, ToDoubleFunction<T> countFunction) {
        FunctionCounter counter = new CumulativeFunctionCounter<>(id, obj, countFunction);
        if (!isOurOwn(obj)) {
            releaseWith(id, listOf(families.observedCounter(id, "", id.getBaseUnit(), counter::count)));
        }
        return counter;
    }

    @Override
    protected <T> FunctionTimer newFunctionTimer(
            Meter.Id id,
            T obj,
            ToLongFunction<T> countFunction,
            ToDoubleFunction<T> totalTimeFunction,
            TimeUnit totalTimeFunctionUnit) {
        FunctionTimer timer = new CumulativeFunctionTimer<>(
                id, obj, countFunction, totalTimeFunction, totalTimeFunctionUnit, getBaseTimeUnit());
        if (!isOurOwn(obj)) {
            releaseWith(
                    id,
                    listOf(
                            families.observedCounter(id, ".calls", "calls", timer::count),
                            families.observedCounter(id, ".time", SECONDS, () -> timer.totalTime(TimeUnit.SECONDS))));
        }
        return timer;
    }

    @Override
    protected LongTaskTimer newLongTaskTimer(Meter.Id id, DistributionStatisticConfig statistics) {
        LongTaskTimer timer = new DefaultLongTaskTimer(id, clock, getBaseTimeUnit(), statistics, false);
        releaseWith(
                id,
                listOf(
                        families.gauge(id, ".active", "tasks", timer::activeTasks),
                        families.gauge(id, ".duration", SECONDS, () -> timer.duration(TimeUnit.SECONDS)),
                        families.gauge(id, ".max", SECONDS, () -> timer.max(TimeUnit.SECONDS))));
        HistogramGauges.registerWithCommonFormat(timer, this);
        return timer;
    }

    @Override
    protected Meter newMeter(Meter.Id id, Meter.Type type, Iterable<Measurement> measurements) {
        List<@Nullable Runnable> all = new ArrayList<>();
        for (Measurement measurement : measurements) {
            Statistic statistic = measurement.getStatistic();
            String suffix = statistic == Statistic.VALUE ? "" : "." + statistic.getTagValueRepresentation();
            all.add(
                    switch (statistic) {
                        case COUNT -> families.observedCounter(id, suffix, null, measurement::getValue);
                        case TOTAL, TOTAL_TIME -> families.observedCounter(
                                id, suffix, id.getBaseUnit(), measurement::getValue);
                        default -> families.gauge(id, suffix, id.getBaseUnit(), measurement::getValue);
                    });
        }
        releaseWith(id, all);
        return new DefaultMeter(id, type, measurements);
    }

    private static List<@Nullable Runnable> listOf(@Nullable Runnable... releases) {
        List<@Nullable Runnable> all = new ArrayList<>();
        for (Runnable release : releases) {
            all.add(release);
        }
        return all;
    }

    /** Returns whether a callback reads this core already, through a binder: shown there once more it would be bound once more. */
    private boolean isOurOwn(@Nullable Object obj) {
        return obj instanceof SeriesCell cell && cell.isOf(core);
    }

    @Override
    protected TimeUnit getBaseTimeUnit() {
        return TimeUnit.SECONDS;
    }

    @Override
    protected DistributionStatisticConfig defaultHistogramConfig() {
        return DistributionStatisticConfig.builder().expiry(expiry).build().merge(DistributionStatisticConfig.DEFAULT);
    }

    /**
     * Takes the callbacks of gauges and functions off the core; new meters record nothing from then on. What counters and timers have
     * counted stays there, and the core stays open. Idempotent; waits for nobody.
     */
    @Override
    public void close() {
        if (!isClosed()) {
            super.close();
            forEachMeter(meter -> {
                boolean isCallback = !(meter instanceof CoreCounter)
                        && !(meter instanceof CoreTimer)
                        && !(meter instanceof CoreSummary);
                Runnable release = isCallback ? releases.remove(meter.getId()) : null;
                if (release != null) {
                    release.run();
                }
            });
        }
    }

    /** Sets how a registry shows what it is given. Not thread-safe. */
    public static final class Builder {
        private final MetricRegistry core;
        private Clock clock = Clock.SYSTEM;
        private int cardinalityLimit;
        private Duration expiry = DEFAULT_EXPIRY;
        private boolean maximum = true;

        private Builder(MetricRegistry core) {
            this.core = Objects.requireNonNull(core, "core");
            this.cardinalityLimit = core.cardinalityLimit();
        }

        /** Sets Micrometer's clock, for timings and windows; the system's unless set. */
        public Builder clock(Clock micrometerClock) {
            clock = Objects.requireNonNull(micrometerClock, "clock");
            return this;
        }

        /** Sets the most sets of tags of a name, the overflow series apart; the core's unless set, which is 2000. */
        public Builder cardinalityLimit(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("Cannot limit meters to " + most
                        + " sets of tags: a name needs at least one. Use 1 or more; the default is 2000.");
            }
            cardinalityLimit = most;
            return this;
        }

        /** Sets how long a maximum is shown and what percentiles are of, where a meter does not say; two minutes unless set. */
        public Builder expiry(Duration most) {
            if (most.compareTo(Duration.ofSeconds(1)) < 0 || most.compareTo(Duration.ofHours(24)) > 0) {
                throw new IllegalArgumentException("Cannot show maxima for " + most
                        + ": a window is 1 s to 24 hours. Use two scrape intervals or more, such as 2 minutes.");
            }
            expiry = most;
            return this;
        }

        /** Sets whether each timer and summary has a gauge {@code <name>.max} beside its histogram; it has unless set. */
        public Builder maximum(boolean shown) {
            maximum = shown;
            return this;
        }

        public EvenkeelMeterRegistry build() {
            return new EvenkeelMeterRegistry(this);
        }
    }
}
