package dev.evenkeel.metrics.http;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The methods that {@code HttpClient} has from JDK 21 on. Stateless. */
final class ClientEnd {
    private static final @Nullable MethodHandle SHUTDOWN = find("shutdown", MethodType.methodType(void.class));
    private static final @Nullable MethodHandle SHUTDOWN_NOW = find("shutdownNow", MethodType.methodType(void.class));
    private static final @Nullable MethodHandle AWAIT =
            find("awaitTermination", MethodType.methodType(boolean.class, Duration.class));
    private static final @Nullable MethodHandle TERMINATED = find("isTerminated", MethodType.methodType(boolean.class));
    private static final @Nullable MethodHandle CLOSE = find("close", MethodType.methodType(void.class));

    private ClientEnd() {}

    private static @Nullable MethodHandle find(String name, MethodType type) {
        try {
            return MethodHandles.publicLookup().findVirtual(HttpClient.class, name, type);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    static void shutdown(HttpClient client) {
        call(SHUTDOWN, client);
    }

    static void shutdownNow(HttpClient client) {
        call(SHUTDOWN_NOW, client);
    }

    static void close(HttpClient client) {
        call(CLOSE, client);
    }

    static boolean isTerminated(HttpClient client) {
        MethodHandle handle = TERMINATED;
        try {
            return handle != null && (boolean) handle.invokeExact(client);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static boolean awaitTermination(HttpClient client, Duration limit) throws InterruptedException {
        MethodHandle handle = AWAIT;
        try {
            return handle == null || (boolean) handle.invokeExact(client, limit);
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static void call(@Nullable MethodHandle handle, HttpClient client) {
        if (handle == null) {
            return;
        }
        try {
            handle.invokeExact(client);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException runtime ? runtime : new IllegalStateException(thrown);
    }
}
