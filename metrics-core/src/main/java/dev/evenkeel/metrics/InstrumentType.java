package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.HistogramCells;
import dev.evenkeel.metrics.internal.Slabs;

/** How instruments of one type are made and collected. */
abstract class InstrumentType<T> {
    static final InstrumentType<Counter> COUNTER =
            new InstrumentType<>("counter", Kind.COUNTER, "", 1, Slabs.SLOT_BYTES) {
                @Override
                Counter create(Core core, Series series, int digits) {
                    return new Counter(core.slabs(), core.slabs().newSlot(), core.counts(), series);
                }

                @Override
                void visit(Counter counter, CollectVisitor visitor, CollectBuffer buffer) {
                    visitor.longCounter(counter.series(), buffer.sum(counter));
                }
            };

    static final InstrumentType<Gauge> GAUGE = new InstrumentType<>("gauge", Kind.GAUGE, "", 1, 8) {
        @Override
        Gauge create(Core core, Series series, int digits) {
            return new Gauge(core.slabs(), core.counts(), series);
        }

        @Override
        void visit(Gauge gauge, CollectVisitor visitor, CollectBuffer buffer) {
            visitor.gauge(gauge.series(), gauge.value());
        }
    };

    static final InstrumentType<Histogram> HISTOGRAM =
            new InstrumentType<>("histogram", Kind.HISTOGRAM, "", 1, HistogramCells.BASE_BYTES) {
                @Override
                Histogram create(Core core, Series series, int digits) {
                    return new Histogram(core.slabs(), core.slabs().newHistogram(digits), core.counts(), series);
                }

                @Override
                void visit(Histogram histogram, CollectVisitor visitor, CollectBuffer buffer) {
                    visitor.histogram(histogram.series(), buffer.read(histogram));
                }
            };

    static final InstrumentType<Timer> TIMER =
            new InstrumentType<>("timer", Kind.HISTOGRAM, "s", 1e-9, HistogramCells.BASE_BYTES) {
                @Override
                Timer create(Core core, Series series, int digits) {
                    return new Timer(HISTOGRAM.create(core, series, digits));
                }

                @Override
                void visit(Timer timer, CollectVisitor visitor, CollectBuffer buffer) {
                    HISTOGRAM.visit(timer.histogram(), visitor, buffer);
                }
            };

    /** The word for it in messages, which is also the registry's method. */
    final String word;

    final Kind kind;
    final String defaultUnit;
    final double scale;

    /** Bytes of the cells that an instrument has by right. */
    final long cellBytes;

    private InstrumentType(String word, Kind kind, String defaultUnit, double scale, long cellBytes) {
        this.word = word;
        this.kind = kind;
        this.defaultUnit = defaultUnit;
        this.scale = scale;
        this.cellBytes = cellBytes;
    }

    abstract T create(Core core, Series series, int digits);

    abstract void visit(T instrument, CollectVisitor visitor, CollectBuffer buffer);
}
