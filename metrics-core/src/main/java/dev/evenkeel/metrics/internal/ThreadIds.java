package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;

/**
 * Internal. Asks a thread for its number and its kind, in the way the running JDK offers.
 *
 * <p>Thread-safe; allocates nothing; never throws.
 */
public final class ThreadIds {
    /*
     * A record path believes an array when its owner's number is the caller's, so the number must be one that no user code
     * can forge. Thread.threadId() is final and exists from 19 on. On 17 there is only getId(), which may be overridden (one
     * was seen to return -7), so the field behind it is read, through jdk.unsupported. Where that module is missing every
     * thread has the number UNKNOWN, which owns nothing: records are right, and slower by a ThreadLocal.
     * System.identityHashCode would be beyond the reach of user code too, but it is not unique.
     */
    private static final MethodHandle ID = idHandle();

    private static final MethodHandle VIRTUAL = virtualHandle();

    /** The number of every thread where the JDK does not tell. No thread has it, and no array is owned by it. */
    public static final long UNKNOWN = -1;

    private ThreadIds() {}

    /** Returns a number that no two threads of this JVM ever share, or {@link #UNKNOWN} for all of them. */
    public static long of(Thread thread) {
        try {
            return (long) ID.invokeExact(thread);
        } catch (Throwable impossible) {
            return UNKNOWN;
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

    /** Returns whether threads have numbers here, so that recorders find their cells without a ThreadLocal. */
    static boolean known() {
        return of(Thread.currentThread()) != UNKNOWN;
    }

    private static MethodHandle idHandle() {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        try {
            return lookup.findVirtual(Thread.class, "threadId", MethodType.methodType(long.class));
        } catch (ReflectiveOperationException before19) {
            try {
                return fieldHandle(lookup);
            } catch (ReflectiveOperationException | RuntimeException unavailable) {
                return MethodHandles.dropArguments(MethodHandles.constant(long.class, UNKNOWN), 0, Thread.class);
            }
        }
    }

    private static MethodHandle fieldHandle(MethodHandles.Lookup lookup) throws ReflectiveOperationException {
        Class<?> unsafe = Class.forName("sun.misc.Unsafe");
        Field instance = unsafe.getDeclaredField("theUnsafe");
        instance.setAccessible(true);
        Object access = instance.get(null);
        long offset = (long)
                unsafe.getMethod("objectFieldOffset", Field.class).invoke(access, Thread.class.getDeclaredField("tid"));
        return MethodHandles.insertArguments(
                        lookup.findVirtual(
                                        unsafe, "getLong", MethodType.methodType(long.class, Object.class, long.class))
                                .bindTo(access),
                        1,
                        offset)
                .asType(MethodType.methodType(long.class, Thread.class));
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
