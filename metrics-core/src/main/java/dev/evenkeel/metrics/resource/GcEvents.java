package dev.evenkeel.metrics.resource;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * Listens to the collections of this JVM: durations, pauses, promotion.
 *
 * <p>Thread-safe. Works on the JVM's notification thread, after the collection; the application's threads do nothing.
 */
final class GcEvents implements NotificationListener, AutoCloseable {
    /*
     * What a bean's duration is: with Serial, Parallel and G1 a pause; with ZGC and Shenandoah the "Pauses" beans tell of
     * pauses and the "Cycles" beans of whole collections, most of which runs beside the application. So a name that
     * ends in "Cycles" is no pause, and all others are.
     *
     * Promotion is what the old generation gained over a young collection. A young collection's beans:
     */

    private static final List<String> YOUNG = List.of("Copy", "PS Scavenge", "G1 Young Generation", "ZGC Minor Cycles");

    private final Labelled<Timer> durations;
    private final Timer pauses;
    private final LongConsumer recordPause;
    private final @Nullable GcPauses exact;
    private final @Nullable String oldPool;
    private final LongAdder promoted = new LongAdder();
    private final List<NotificationEmitter> emitters = new ArrayList<>();

    /** @param perfData the JVM's own account; null where there is none, and pauses come from the beans then */
    GcEvents(
            MetricRegistry registry,
            List<GarbageCollectorMXBean> collectors,
            List<MemoryPoolMXBean> pools,
            @Nullable PerfData perfData) {
        durations = registry.timer("jvm.gc.duration")
                .help("Duration of garbage collections.")
                .labels("jvm.gc.name", "jvm.gc.action")
                .register();
        pauses = registry.timer("jvm.gc.pause.duration")
                .help("How long garbage collections stopped the application; concurrent phases are not in it.")
                .register();
        recordPause = pauses::record;
        oldPool = oldPool(pools);
        boolean shenandoah = collectors.stream().anyMatch(c -> c.getName().startsWith("Shenandoah"));
        GcPauses account = perfData == null || shenandoah ? null : new GcPauses(perfData);
        exact = account != null && account.available() ? account : null;
        for (GarbageCollectorMXBean collector : collectors) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(this, null, null);
                emitters.add(emitter);
            }
        }
    }

    private static @Nullable String oldPool(List<MemoryPoolMXBean> pools) {
        for (MemoryPoolMXBean pool : pools) {
            String name = pool.getName();
            if (name.endsWith("Old Gen") || name.endsWith("Tenured Gen") || name.endsWith("Old Generation")) {
                return name;
            }
        }
        return null;
    }

    /** Whether the heap has generations. */
    boolean promotes() {
        return oldPool != null;
    }

    /** Bytes promoted since this began to listen. */
    double promotedBytes() {
        return promoted.sum();
    }

    @Override
    public void handleNotification(Notification notification, @Nullable Object handback) {
        if (!GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(notification.getType())) {
            return;
        }
        GarbageCollectionNotificationInfo event =
                GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
        GcInfo info = event.getGcInfo();
        long nanos = info.getDuration() * 1_000_000;
        durations.bind(event.getGcName(), event.getGcAction()).record(nanos);
        if (exact != null) {
            exact.poll(recordPause);
        } else if (!event.getGcName().endsWith("Cycles")) {
            pauses.record(nanos);
        }
        if (oldPool != null && YOUNG.contains(event.getGcName())) {
            MemoryUsage before = info.getMemoryUsageBeforeGc().get(oldPool);
            MemoryUsage after = info.getMemoryUsageAfterGc().get(oldPool);
            if (before != null && after != null) {
                promoted.add(Math.max(0, after.getUsed() - before.getUsed()));
            }
        }
    }

    /** Stops listening. */
    @Override
    public void close() {
        for (NotificationEmitter emitter : emitters) {
            try {
                emitter.removeNotificationListener(this);
            } catch (ListenerNotFoundException e) {
                // somebody else removed it: it is gone, which is what we want
            }
        }
        emitters.clear();
    }
}
