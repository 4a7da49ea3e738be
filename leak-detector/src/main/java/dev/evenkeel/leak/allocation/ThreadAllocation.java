package dev.evenkeel.leak.allocation;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** What the calling thread has allocated so far. Any thread; reading it allocates nothing. */
final class ThreadAllocation {
    private static final @Nullable ThreadMXBean BEAN =
            ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean ? bean : null;

    private ThreadAllocation() {}

    /** Why this thread cannot be measured, in a sentence; empty when it can. */
    static String whyNot() {
        ThreadMXBean bean = BEAN;
        if (bean == null || !bean.isThreadAllocatedMemorySupported()) {
            return "This JVM does not count what a thread allocates. Run the test on HotSpot.";
        }
        if (!bean.isThreadAllocatedMemoryEnabled()) {
            return "Counting what a thread allocates is switched off in this JVM. Switch it on:"
                    + " com.sun.management.ThreadMXBean.setThreadAllocatedMemoryEnabled(true).";
        }
        if (bean.getCurrentThreadAllocatedBytes() < 0) {
            return "This JVM does not count what a virtual thread allocates. Measure on a platform thread.";
        }
        return "";
    }

    /** Bytes since the thread began; at least 0 where {@link #whyNot} is empty. */
    static long bytes() {
        ThreadMXBean bean = BEAN;
        return bean == null ? -1 : bean.getCurrentThreadAllocatedBytes();
    }
}
