package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import jdk.jfr.consumer.RecordingStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts virtual threads by the flight recorder's events, where the caller asks for it: JDK 21 and later. No bean of the JVM
 * knows how many there are.
 *
 * <p>Shows {@code jvm.virtual_thread.started}, {@code jvm.virtual_thread.count}, which is those started less those ended
 * since the binding, and {@code jvm.virtual_thread.pinned.duration}, how long virtual threads kept their carriers blocked,
 * from 20 ms on. All lag by about a second, and miss what the recorder had to drop.
 *
 * <p>Costs two events per virtual thread and a recorder that runs: the first start of one takes half a second. Reads the
 * events on a thread of the JDK's, "JFR Event Stream". Needs the module {@code jdk.jfr}. On a JDK before 21 nothing is shown
 * and nothing is started.
 *
 * <p>Thread-safe.
 */
public final class VirtualThreadEvents implements AutoCloseable {
    private static final int FIRST_JDK = 21;

    private final LongAdder started = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final @Nullable RecordingStream stream;
    private volatile boolean closed;

    private VirtualThreadEvents(@Nullable RecordingStream stream) {
        this.stream = stream;
    }

    /**
     * Begins to count. Once per registry.
     *
     * @return stops the recording; the metrics are absent from then on. Closing twice is harmless
     * @throws IllegalArgumentException when a name belongs to another instrument
     * @throws IllegalStateException when the registry is closed, or this JVM has no flight recorder
     */
    public static VirtualThreadEvents bindTo(MetricRegistry registry) {
        Objects.requireNonNull(registry, "registry");
        if (Runtime.version().feature() < FIRST_JDK) {
            return new VirtualThreadEvents(null);
        }
        RecordingStream stream = new RecordingStream();
        try {
            VirtualThreadEvents events = new VirtualThreadEvents(stream);
            events.register(registry, stream);
            stream.startAsync();
            return events;
        } catch (RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    private void register(MetricRegistry registry, RecordingStream stream) {
        registry.observedCounter("jvm.virtual_thread.started")
                .unit("{thread}")
                .help("Virtual threads that have been started since the recording began.")
                .register()
                .add(() -> closed ? Double.NaN : started.sum());
        registry.observedGauge("jvm.virtual_thread.count")
                .unit("{thread}")
                .help("Virtual threads started less those ended since the recording began.")
                .register()
                .add(() -> closed ? Double.NaN : live());
        Timer pinned = registry.timer("jvm.virtual_thread.pinned.duration")
                .help("How long virtual threads kept their carriers blocked, from 20 ms on.")
                .register();
        stream.setReuse(true);
        stream.setOrdered(false);
        stream.enable("jdk.VirtualThreadStart").withoutStackTrace();
        stream.enable("jdk.VirtualThreadEnd").withoutStackTrace();
        stream.enable("jdk.VirtualThreadPinned").withoutStackTrace();
        stream.onEvent("jdk.VirtualThreadStart", event -> started.increment());
        stream.onEvent("jdk.VirtualThreadEnd", event -> ended.increment());
        stream.onEvent(
                "jdk.VirtualThreadPinned",
                event -> pinned.record(event.getDuration().toNanos()));
    }

    /** Ends of threads that began before the recording, or whose begin was dropped, do not make it negative. */
    private double live() {
        long gone = ended.sum(); // first, so that no thread is seen to end before it began
        return Math.max(0, started.sum() - gone);
    }

    /** Stops the recording, and waits until an event that is being handled is done. */
    @Override
    public void close() {
        closed = true;
        if (stream != null) {
            stream.close();
        }
    }
}
