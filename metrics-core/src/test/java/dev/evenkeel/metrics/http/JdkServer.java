package dev.evenkeel.metrics.http;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real server of the JDK on a free port of the loopback. */
final class JdkServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService executor = Executors.newFixedThreadPool(8);

    JdkServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.start();
    }

    JdkServer handle(String path, HttpHandler handler, @Nullable Filter filter) {
        var context = server.createContext(path, handler);
        if (filter != null) {
            context.getFilters().add(filter);
        }
        return this;
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    ExecutorService executor() {
        return executor;
    }

    /** Stops it; all handlers have returned then. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdown();
        try {
            if (!executor.awaitTermination(20, TimeUnit.SECONDS)) {
                throw new AssertionError("a handler hangs");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
