package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.SlabReader;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reads all families for a visitor. One buffer is kept from collect to collect; collects that run at once make one each. */
final class Collects {
    private final Core core;
    private final Families families;
    private final MetricReaders readers;
    private final ForeignSources foreign;
    private final SelfTelemetry self;
    private final AtomicReference<@Nullable CollectBuffer> idleBuffer = new AtomicReference<>();

    /** Collects that are being visited. */
    private final AtomicInteger visiting = new AtomicInteger();

    Collects(Core core, Families families, MetricReaders readers, ForeignSources foreign, SelfTelemetry self) {
        this.core = core;
        this.families = families;
        this.readers = readers;
        this.foreign = foreign;
        this.self = self;
    }

    /** Returns when the collect began, in milliseconds since 1970. */
    long collect(CollectVisitor visitor, @Nullable MetricReader reader) {
        long start = System.nanoTime();
        long epochMillis = core.wallClock().epochMillis();
        CollectBuffer buffer = takeBuffer();
        try {
            Family[] all = families.all();
            buffer.start(reader == null ? null : reader.baselines);
            List<ForeignReading> foreignReadings = foreign.read(all); // before the callbacks, some of which tell of it
            for (Family family : all) {
                family.observe(buffer);
            }
            long callbacks = System.nanoTime() - start;
            List<DeltaBaselines.Departure> departures = read(all, buffer, reader);
            try {
                visitor.begin(epochMillis);
                DeltaBaselines.visit(departures, visitor);
                for (int i = 0; i < all.length; i++) {
                    buffer.at(i);
                    if (all[i].visible(buffer)) {
                        visitor.family(all[i].descriptor);
                        all[i].visit(visitor, buffer);
                    }
                }
                for (int i = 0; i < foreignReadings.size(); i++) {
                    foreignReadings.get(i).visit(visitor, buffer);
                }
                visitor.end();
            } finally {
                visiting.decrementAndGet();
            }
            if (!core.slabs().closed()) {
                self.callbackDuration().recordShared(callbacks);
            }
        } finally {
            giveBack(buffer);
            if (!core.slabs().closed()) {
                self.collectDuration().recordShared(System.nanoTime() - start);
            }
        }
        return epochMillis;
    }

    /** Reads all cells; evicts and lists series again, unless another collect is being visited, which must not miss them. */
    private List<DeltaBaselines.Departure> read(Family[] all, CollectBuffer buffer, @Nullable MetricReader reader) {
        long now = core.nanoClock().nanos();
        SlabReader slabs = core.slabs().reader();
        slabs.lock();
        try {
            readers.expire(now);
            if (reader != null) {
                reader.seenAtNanos = now;
            }
            buffer.readAll();
            if (visiting.getAndIncrement() == 0) {
                for (Family family : all) {
                    family.tend(buffer, now);
                }
            }
            for (int i = 0; i < all.length; i++) {
                all[i].list(buffer, i);
            }
            buffer.advance();
            return reader == null ? List.of() : reader.baselines.takeDepartures();
        } finally {
            slabs.unlock();
        }
    }

    /** Takes the slice of every window whose time has come. */
    void tick() {
        if (core.slabs().closed()) {
            return;
        }
        long now = core.nanoClock().nanos();
        Family[] all = families.all();
        boolean due = false;
        for (int i = 0; i < all.length && !due; i++) {
            due = all[i].due(now);
        }
        if (!due) {
            return;
        }
        CollectBuffer buffer = takeBuffer();
        buffer.readAll();
        for (Family family : all) {
            family.tick(buffer);
        }
        giveBack(buffer);
    }

    private CollectBuffer takeBuffer() {
        CollectBuffer buffer = idleBuffer.getAndSet(null);
        return buffer == null ? new CollectBuffer(core) : buffer;
    }

    /** Keeps a buffer for the next collect, if there will be one that needs it. */
    private void giveBack(CollectBuffer buffer) {
        idleBuffer.set(core.slabs().closed() ? null : buffer);
    }

    void forgetBuffer() {
        idleBuffer.set(null);
    }
}
