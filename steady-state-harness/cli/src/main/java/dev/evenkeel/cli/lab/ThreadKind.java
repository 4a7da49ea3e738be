package dev.evenkeel.cli.lab;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Locale;
import java.util.concurrent.ThreadFactory;

/** Which threads count. */
enum ThreadKind {
    PLATFORM,
    VIRTUAL;

    /** The first JDK release whose virtual threads are final. */
    static final int VIRTUAL_SINCE = 21;

    /** Stacks of 256 KiB, a quarter of the default: ten thousand of them must fit. */
    private static final long STACK_BYTES = 256 << 10;

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Makes daemon threads that are not started yet. Virtual ones need a JDK of {@value #VIRTUAL_SINCE} or later. */
    ThreadFactory factory() {
        if (this == PLATFORM) {
            return task -> {
                Thread thread = new Thread(null, task, "evenkeel-lab", STACK_BYTES);
                thread.setDaemon(true);
                return thread;
            };
        }
        try {
            // Sources are those of JDK 17, which has no such method to call.
            MethodHandle builder = MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class,
                            "ofVirtual",
                            MethodType.methodType(Class.forName("java.lang.Thread$Builder$OfVirtual")));
            MethodHandle factory = MethodHandles.publicLookup()
                    .findVirtual(
                            Class.forName("java.lang.Thread$Builder"),
                            "factory",
                            MethodType.methodType(ThreadFactory.class));
            return (ThreadFactory) factory.invoke(builder.invoke());
        } catch (Throwable e) {
            throw new IllegalStateException(
                    "This JDK, " + Runtime.version() + ", has no virtual threads. Choose one of " + VIRTUAL_SINCE
                            + " or later.",
                    e);
        }
    }
}
