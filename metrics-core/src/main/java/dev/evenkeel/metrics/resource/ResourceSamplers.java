package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.MetricRegistry;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * All standing gauges of a JVM, its process and its control group: {@link JvmSamplers}, {@link ProcessSamplers} and
 * {@link CgroupSamplers} in one call.
 *
 * <p>{@link #bindTo} registers them once; each collect of the registry then reads each of the three in one sweep, on the
 * collecting thread and without a safepoint. What the platform does not report is absent, never zero.
 */
public final class ResourceSamplers implements AutoCloseable {
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final JvmSamplers jvm;

    private ResourceSamplers(JvmSamplers jvm) {
        this.jvm = jvm;
        closing.push(jvm::close);
    }

    /**
     * Registers the samplers. Once per registry.
     *
     * @return closes the files and stops listening to collections; the gauges are absent from then on. Closing twice is
     *     harmless
     * @throws IllegalArgumentException when a name of theirs belongs to another instrument; none of them stays bound then
     * @throws IllegalStateException when the registry is closed or its memory is spent
     */
    public static ResourceSamplers bindTo(MetricRegistry registry) {
        return bindTo(registry, Path.of("/"));
    }

    /** @param root the folder that holds {@code proc} and {@code sys} */
    static ResourceSamplers bindTo(MetricRegistry registry, Path root) {
        Objects.requireNonNull(registry, "registry");
        ResourceSamplers samplers = new ResourceSamplers(JvmSamplers.bindTo(registry, root));
        try {
            samplers.closing.push(ProcessSamplers.bindTo(registry, root)::close);
            samplers.closing.push(CgroupSamplers.bindTo(registry, root)::close);
        } catch (RuntimeException e) {
            samplers.close();
            throw e;
        }
        return samplers;
    }

    /** The samplers of the JVM, which can look for deadlocks and lock waits now and then. */
    public JvmSamplers jvm() {
        return jvm;
    }

    @Override
    public synchronized void close() {
        for (Runnable close = closing.poll(); close != null; close = closing.poll()) {
            close.run();
        }
    }
}
