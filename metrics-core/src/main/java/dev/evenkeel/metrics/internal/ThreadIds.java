package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Internal. Asks a thread for its number and its kind, in the way the running JDK offers.
 *
 * <p>Thread-safe; allocates nothing; never throws.
 */
public final class ThreadIds {
    /*
     * Thread.threadId() is final and exists from 19 on. On 17 there is only getId(), which user code may override (one
     * was seen to return -7, and nothing stops one from throwing): callers must therefore treat the number as a hint
     * and compare the thread itself. System.identityHashCode would be beyond the reach of user code, but it becomes a
     * call into the VM once somebody has joined the thread, because join() inflates its monitor.
     */
    private static final MethodHandle ID = idHandle();

    private static final MethodHandle VIRTUAL = virtualHandle();

    private ThreadIds() {}

    /** Returns a number that differs between live threads unless user code overrides {@code getId()} on JDK 17. */
    public static long of(Thread thread) {
        try {
            return (long) ID.invokeExact(thread);
        } catch (Throwable overridden) {
            return 0;
        }
    }

    /** Returns whether the thread is virtual; always false before JDK 21. */
    public static boolean isVirtual(Thread thread) {
        try {
            return (boolean) VIRTUAL.invokeExact(thread);
        } catch (Throwable impossible) {
            return false;
        }
    }

    private static MethodHandle idHandle() {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        MethodType type = MethodType.methodType(long.class);
        try {
            return lookup.findVirtual(Thread.class, "threadId", type);
        } catch (ReflectiveOperationException before19) {
            try {
                return lookup.findVirtual(Thread.class, "getId", type);
            } catch (ReflectiveOperationException impossible) {
                throw new ExceptionInInitializerError(impossible);
            }
        }
    }

    private static MethodHandle virtualHandle() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException before21) {
            return MethodHandles.dropArguments(MethodHandles.constant(boolean.class, false), 0, Thread.class);
        }
    }
}
