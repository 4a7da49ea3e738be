package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.Exemplar;
import dev.evenkeel.metrics.FixedBuckets;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricReader;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.convert.BucketLadder;
import dev.evenkeel.metrics.convert.ClassicBuckets;
import dev.evenkeel.metrics.convert.ExponentialBuckets;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** Reads a registry into batches. For one thread at a time. */
final class RegistryReadings implements AutoCloseable {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final MetricRegistry registry;
    private final HistogramEncoding encoding;
    private final NanoClock clock;

    /** Null for readings since the start. */
    private final @Nullable MetricReader reader;

    /** A series is equal to itself only, so this is a map by identity. */
    private final Map<Series, KnownSeries> known = new WeakHashMap<>();

    private final Map<MetricDescriptor, Ladder> ladders = new HashMap<>();
    private final ExponentialBuckets exponential = ExponentialBuckets.create();

    /** Where the next delta begins; 0 before the first, which begins with each series. */
    private long endNanos;

    RegistryReadings(
            MetricRegistry registry, AggregationTemporality temporality, HistogramEncoding encoding, NanoClock clock) {
        this.registry = registry;
        this.encoding = encoding;
        this.clock = clock;
        this.reader = temporality == AggregationTemporality.DELTA ? registry.deltaReaderFromStart() : null;
    }

    /**
     * Returns what there is: since the start of each series, or since the last call.
     *
     * @throws IllegalStateException when the registry is closed and what came last is not known any more
     */
    Batch take() {
        Visitor visitor = new Visitor(new Batch(reader != null, clock.nanos()));
        if (reader == null) {
            registry.collect(visitor);
        } else {
            reader.collect(visitor);
            endNanos = visitor.end;
        }
        return visitor.batch;
    }

    boolean delta() {
        return reader != null;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
        }
    }

    /** The converter over a unit's bounds, and those bounds as the SDK wants them. */
    private record Ladder(ClassicBuckets buckets, List<Double> bounds) {
        static Ladder of(MetricDescriptor family) {
            return new Ladder(
                    ClassicBuckets.of(family),
                    DoubleStream.of(BucketLadder.of(family.unit())).boxed().toList());
        }
    }

    private final class Visitor implements CollectVisitor {
        private final Batch batch;
        private final boolean delta;
        private long end;
        private @Nullable FamilyPoints family;

        /** Of the family, once a histogram asked for it. */
        private @Nullable Ladder ladder;

        /** Whether the family was here before: evicted series tell their last delta first. */
        private boolean again;

        Visitor(Batch batch) {
            this.batch = batch;
            this.delta = delta();
        }

        /** Intervals of deltas follow each other without a gap and are never empty, even if the clock was set back. */
        @Override
        public void begin(long epochMillis) {
            end = epochMillis * NANOS_PER_MILLI;
            if (delta) {
                end = Math.max(end, endNanos + 1);
            }
        }

        @Override
        public void family(MetricDescriptor descriptor) {
            FamilyPoints next = batch.family(descriptor);
            again = next.size() > 0;
            family = next;
            ladder = null;
        }

        @Override
        public void longCounter(Series series, long value) {
            add(new LongPoint(id(series), startNanos(series), end, value));
        }

        @Override
        public void doubleCounter(Series series, double value) {
            add(new DoublePoint(id(series), startNanos(series), end, value));
        }

        @Override
        public void gauge(Series series, double value) {
            add(new DoublePoint(id(series), seriesNanos(series), end, value));
        }

        @Override
        public void upDownCounter(Series series, long value) {
            add(new LongPoint(id(series), seriesNanos(series), end, value));
        }

        @Override
        public void histogram(Series series, HistogramReading reading) {
            long start = startNanos(series);
            List<DoubleExemplarData> exemplars = exemplars(reading, start);
            KnownSeries known = known(series);
            long stamp = reading.stamp(); // before the reading
            HistogramPoint point = known.again(stamp, start, end, exemplars);
            if (point == null) {
                point = point(series, known.id, start, reading, exemplars);
                known.keep(stamp, point);
            }
            add(point);
        }

        private HistogramPoint point(
                Series series, SeriesId id, long start, HistogramReading reading, List<DoubleExemplarData> exemplars) {
            if (encoding == HistogramEncoding.EXPONENTIAL) {
                exponential.read(reading);
                return new ExponentialPoint(id, start, end, reading, exemplars, exponential);
            }
            Ladder over = ladder;
            if (over == null) {
                over = ladders.computeIfAbsent(series.descriptor(), Ladder::of);
                ladder = over;
            }
            over.buckets.read(reading); // before count and extremes, which are then those of the same moment
            return new ExplicitPoint(id, start, end, reading, exemplars, over.buckets, over.bounds);
        }

        /** In its own bounds, whatever the encoding: nobody knows the values between them. */
        @Override
        public void fixedHistogram(Series series, FixedBuckets buckets) {
            add(new ExplicitPoint(id(series), startNanos(series), end, buckets));
        }

        private void add(SeriesPoint point) {
            FamilyPoints into = Objects.requireNonNull(family, "a series belongs to a family");
            if (again) {
                batch.add(into, point);
            } else {
                batch.append(into, point);
            }
        }

        private List<DoubleExemplarData> exemplars(HistogramReading reading, long startNanos) {
            List<Exemplar> all = reading.exemplars();
            if (all.isEmpty()) {
                return List.of();
            }
            List<DoubleExemplarData> converted = new ArrayList<>(all.size());
            for (Exemplar exemplar : all) {
                long at = exemplar.epochMillis() * NANOS_PER_MILLI;
                if (!delta || at >= startNanos) { // a delta reading shows those of earlier intervals as well
                    converted.add(DoubleExemplarData.create(
                            Attributes.empty(),
                            at,
                            SpanContext.create(
                                    exemplar.traceId(),
                                    exemplar.spanId(),
                                    TraceFlags.getSampled(),
                                    TraceState.getDefault()),
                            exemplar.value()));
                }
            }
            return converted;
        }

        private long startNanos(Series series) {
            if (!delta) {
                return seriesNanos(series);
            }
            return endNanos != 0 ? endNanos : Math.min(seriesNanos(series), end - 1);
        }

        /** Not after the reading itself: a clock that was set back would give an interval that receivers throw away. */
        private long seriesNanos(Series series) {
            return Math.min(series.startEpochMillis() * NANOS_PER_MILLI, end);
        }

        private KnownSeries known(Series series) {
            return known.computeIfAbsent(series, KnownSeries::new);
        }

        private SeriesId id(Series series) {
            return known(series).id;
        }
    }
}
