package dev.evenkeel.metrics.resource;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Readings of this JVM. Thread-safe by one lock; pauses come from the JVM's notification thread. */
final class JvmLines implements LineReadings.Source, NotificationListener {
    /** Longer pauses count as that long in the quantile. */
    private static final long LONGEST_PAUSE_MILLIS = 3_600_000;

    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans();
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final List<NotificationEmitter> emitters = new ArrayList<>();
    private final OpenDescriptors descriptors = new OpenDescriptors(Path.of("/"));
    private final boolean lockWait;
    private final boolean switchedOn;

    private final Histogram pauseMillis = new Histogram(LONGEST_PAUSE_MILLIS, 3);
    private long pauseSumMillis;
    private Map<Long, Long> blockedMillis = new HashMap<>();
    private long lockWaitMillis;

    /** @param lockWait whether to switch contention monitoring on, which {@link #close} undoes */
    JvmLines(boolean lockWait) {
        this.lockWait = lockWait && threads.isThreadContentionMonitoringSupported();
        switchedOn = this.lockWait && !threads.isThreadContentionMonitoringEnabled();
        if (switchedOn) {
            threads.setThreadContentionMonitoringEnabled(true);
        }
        for (GarbageCollectorMXBean collector : collectors) {
            // A bean of cycles tells how long the collector worked beside the application: no pause.
            if (!collector.getName().endsWith("Cycles") && collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(this, null, null);
                emitters.add(emitter);
            }
        }
    }

    @Override
    public synchronized void handleNotification(Notification notification, @Nullable Object handback) {
        if (GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(notification.getType())) {
            long millis = GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
                    .getGcInfo()
                    .getDuration();
            pauseMillis.recordValue(Math.min(Math.max(0, millis), LONGEST_PAUSE_MILLIS));
            pauseSumMillis += millis;
        }
    }

    @Override
    public synchronized void read(LineReadings into) {
        readHeap(into);
        long cycles = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            if (!collector.getName().endsWith("Pauses")) { // its "Cycles" twin counts the collection
                cycles += Math.max(0, collector.getCollectionCount());
            }
        }
        into.gcCycles = cycles;
        into.pauses = pauseMillis.getTotalCount();
        if (into.pauses > 0) {
            into.pauseMeanSeconds = pauseSumMillis / into.pauses / 1e3;
            into.pauseP99Seconds = pauseMillis.getValueAtPercentile(99) / 1e3;
        }
        pauseMillis.reset();
        pauseSumMillis = 0;
        into.threads = threads.getThreadCount();
        if (lockWait) {
            into.lockWaitSeconds = lockWaitMillis() / 1e3;
        }
        long open = descriptors.count();
        if (open >= 0) {
            into.openDescriptors = open;
        }
    }

    private void readHeap(LineReadings into) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        into.usedBytes = heap.getUsed();
        into.freeBytes = heap.getCommitted() - heap.getUsed();
        if (heap.getMax() >= 0) {
            into.uncommittedBytes = Math.max(0, heap.getMax() - heap.getCommitted());
        }
        boolean collected = false;
        for (GarbageCollectorMXBean collector : collectors) {
            collected |= collector.getCollectionCount() > 0;
        }
        long after = 0;
        boolean told = false;
        for (MemoryPoolMXBean pool : pools) {
            MemoryUsage usage = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
            if (usage != null) {
                told = true;
                after += usage.getUsed();
            }
        }
        if (collected && told) {
            into.usedAfterGcBytes = after;
        }
    }

    /** What each live thread gained since the last reading is added: a sum over live threads would fall when one ends. */
    private long lockWaitMillis() {
        Map<Long, Long> now = new HashMap<>();
        for (@Nullable ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) { // no stacks: no safepoint
            if (info != null && info.getBlockedTime() >= 0) {
                long before = blockedMillis.getOrDefault(info.getThreadId(), 0L);
                lockWaitMillis += Math.max(0, info.getBlockedTime() - before);
                now.put(info.getThreadId(), info.getBlockedTime());
            }
        }
        blockedMillis = now;
        return lockWaitMillis;
    }

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
        if (switchedOn) {
            threads.setThreadContentionMonitoringEnabled(false);
        }
    }
}
