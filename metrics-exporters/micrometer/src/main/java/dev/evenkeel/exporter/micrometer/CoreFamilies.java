package dev.evenkeel.exporter.micrometer;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.DoubleCounter;
import dev.evenkeel.metrics.Histogram;
import dev.evenkeel.metrics.InstrumentBuilder;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Observed;
import dev.evenkeel.metrics.ObservedBuilder;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.SlidingWindow;
import dev.evenkeel.metrics.Timer;
import io.micrometer.core.instrument.Meter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The families of the core that one Micrometer registry has made: finds or makes the series of an id. Thread-safe.
 *
 * <p>The first meter of a name decides what help and unit its family has, how a summary rounds and whether there is a window.
 */
final class CoreFamilies {
    private static final System.Logger LOG = System.getLogger(CoreFamilies.class.getName());

    /** How many refusals are logged: each is counted. */
    private static final int MOST_LOGGED = 10;

    private final MetricRegistry core;
    private final int cardinalityLimit;
    private final BiConsumer<Meter.Id, String> onRefused;
    private final Counter refused;

    /** Guarded by this, as are the two below. By what it is and Micrometer's name. */
    private final Map<String, Object> families = new HashMap<>();

    private final Set<String> coreNames = new HashSet<>();
    private int logged;

    CoreFamilies(MetricRegistry core, int cardinalityLimit, BiConsumer<Meter.Id, String> onRefused) {
        this.core = core;
        this.cardinalityLimit = cardinalityLimit;
        this.onRefused = onRefused;
        this.refused = core.counter("evenkeel.micrometer.refused")
                .unit("{meter}")
                .help("Micrometer meters that the core had no room or name for; what is recorded on them is lost")
                .register();
    }

    /** A series of the core, and how to let it go. */
    record Bound<T>(T series, Runnable release) {}

    /** Returns the counter of an id, null when it was refused. */
    @Nullable
    Bound<DoubleCounter> counter(Meter.Id id) {
        return bind(
                id,
                "counter",
                name -> described(core.doubleCounter(name), id)
                        .unit(CoreNames.unit(id.getBaseUnit()))
                        .anyLabels()
                        .cardinalityLimit(cardinalityLimit)
                        .register(),
                false);
    }

    /** Returns the timer of an id, null when it was refused. */
    @Nullable
    Bound<Timer> timer(Meter.Id id, @Nullable SlidingWindow window, int digits) {
        return bind(
                id,
                "timer",
                name -> windowed(described(core.timer(name), id), window)
                        .digits(digits)
                        .exemplars()
                        .anyLabels()
                        .cardinalityLimit(cardinalityLimit)
                        .register(),
                true);
    }

    /** Returns the histogram of an id, null when it was refused. */
    @Nullable
    Bound<Histogram> summary(Meter.Id id, @Nullable SlidingWindow window, int digits, int perUnit) {
        return bind(
                id,
                "summary",
                name -> windowed(described(core.histogram(name), id), window)
                        .unit(CoreNames.unit(id.getBaseUnit()))
                        .perUnit(perUnit)
                        .digits(digits)
                        .exemplars()
                        .anyLabels()
                        .cardinalityLimit(cardinalityLimit)
                        .register(),
                true);
    }

    private static <T extends Series> InstrumentBuilder<T> described(InstrumentBuilder<T> builder, Meter.Id id) {
        return builder.help(Objects.requireNonNullElse(id.getDescription(), ""));
    }

    private static <T extends Series> InstrumentBuilder<T> windowed(
            InstrumentBuilder<T> builder, @Nullable SlidingWindow window) {
        return window == null ? builder : builder.windows(window);
    }

    private <T extends Series> @Nullable Bound<T> bind(
            Meter.Id id, String word, Function<String, Labelled<T>> register, boolean evictable) {
        Labelled<T> family = family(id, id.getName(), word, register);
        if (family == null) {
            return null;
        }
        if (SeriesLimit.isOverflow(id)) {
            return new Bound<>(family.bindOverflow(), () -> {});
        }
        Labels labels = CoreNames.labels(id);
        return new Bound<>(family.bind(labels), evictable ? () -> family.evict(labels) : () -> {});
    }

    /** Shows what a callback reports as a gauge; returns how to end that, null when it was refused. */
    @Nullable
    Runnable gauge(Meter.Id id, String suffix, @Nullable String baseUnit, DoubleSupplier value) {
        return observe(id, suffix, "gauge", core::observedGauge, CoreNames.unit(baseUnit), value);
    }

    /** Shows what a callback reports as a counter; returns how to end that, null when it was refused. */
    @Nullable
    Runnable observedCounter(Meter.Id id, String suffix, @Nullable String baseUnit, DoubleSupplier value) {
        return observe(id, suffix, "total", core::observedCounter, CoreNames.unit(baseUnit), value);
    }

    private @Nullable Runnable observe(
            Meter.Id id,
            String suffix,
            String word,
            Function<String, ObservedBuilder> begin,
            String unit,
            DoubleSupplier value) {
        Observed family = family(id, id.getName() + suffix, word, name -> begin.apply(name)
                .unit(unit)
                .help(Objects.requireNonNullElse(id.getDescription(), ""))
                .anyLabels()
                .register());
        if (family == null) {
            return null;
        }
        Labels labels = CoreNames.labels(id);
        family.add(value, labels);
        return () -> family.remove(value, labels);
    }

    /** Returns a family under its own name or, where that is taken, under one that says what it is. */
    private synchronized <F> @Nullable F family(
            Meter.Id id, String meterName, String word, Function<String, F> register) {
        String key = word + ' ' + meterName;
        Object known = families.get(key);
        if (known != null) {
            @SuppressWarnings("unchecked") // the word says which
            F family = (F) known;
            return family;
        }
        String name = CoreNames.name(meterName);
        String reason = "";
        for (String candidate : new String[] {name, name + "." + word}) {
            try {
                F family = register.apply(candidate);
                families.put(key, family);
                coreNames.add(candidate);
                return family;
            } catch (IllegalArgumentException e) { // the name is somebody else's
                reason = Objects.requireNonNullElse(e.getMessage(), "");
            } catch (IllegalStateException e) { // closed, or no memory
                reason = Objects.requireNonNullElse(e.getMessage(), "");
                break;
            }
        }
        refuse(id, reason);
        return null;
    }

    private void refuse(Meter.Id id, String reason) {
        refused.increment();
        onRefused.accept(id, reason);
        if (logged < MOST_LOGGED) {
            logged++;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Meter " + id.getName() + " reaches no exporter, and what is recorded on it is lost: " + reason
                            + " evenkeel.micrometer.refused counts such meters; the first " + MOST_LOGGED
                            + " are logged.");
        }
    }

    /** Returns whether a family of the core was made here. */
    synchronized boolean made(String coreName) {
        return coreNames.contains(coreName);
    }
}
