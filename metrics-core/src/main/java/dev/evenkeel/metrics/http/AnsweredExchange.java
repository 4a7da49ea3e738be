package dev.evenkeel.metrics.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An exchange that tells once when it has been answered. As thread-safe as the one it wraps; its end may come from any thread. */
final class AnsweredExchange extends HttpExchange {
    private static final long NO_BODY = -1;

    /** Is told the status, or less than 100 for none, and what was thrown. */
    @FunctionalInterface
    interface End {
        void ended(int status, @Nullable Throwable thrown);
    }

    private final HttpExchange exchange;
    private final End end;
    private final AtomicBoolean ended = new AtomicBoolean();
    private @Nullable OutputStream body;

    AnsweredExchange(HttpExchange exchange, End end) {
        this.exchange = exchange;
        this.end = end;
    }

    void end(@Nullable Throwable thrown) {
        if (ended.compareAndSet(false, true)) {
            end.ended(exchange.getResponseCode(), thrown);
        }
    }

    @Override
    public void sendResponseHeaders(int status, long length) throws IOException {
        try {
            exchange.sendResponseHeaders(status, length);
        } catch (IOException e) {
            end(e); // nobody is there to take an answer
            throw e;
        }
        if (length == NO_BODY) {
            end(null);
        }
    }

    @Override
    public OutputStream getResponseBody() {
        OutputStream wrapped = body;
        if (wrapped == null) {
            wrapped = new Body(exchange.getResponseBody());
            body = wrapped;
        }
        return wrapped;
    }

    @Override
    public void setStreams(@Nullable InputStream in, @Nullable OutputStream out) {
        exchange.setStreams(in, out);
        body = null;
    }

    @Override
    public void close() {
        try {
            exchange.close();
        } finally {
            end(null);
        }
    }

    @Override
    public Headers getRequestHeaders() {
        return exchange.getRequestHeaders();
    }

    @Override
    public Headers getResponseHeaders() {
        return exchange.getResponseHeaders();
    }

    @Override
    public URI getRequestURI() {
        return exchange.getRequestURI();
    }

    @Override
    public String getRequestMethod() {
        return exchange.getRequestMethod();
    }

    @Override
    public HttpContext getHttpContext() {
        return exchange.getHttpContext();
    }

    @Override
    public InputStream getRequestBody() {
        return exchange.getRequestBody();
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return exchange.getRemoteAddress();
    }

    @Override
    public int getResponseCode() {
        return exchange.getResponseCode();
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return exchange.getLocalAddress();
    }

    @Override
    public String getProtocol() {
        return exchange.getProtocol();
    }

    @Override
    public Object getAttribute(String name) {
        return exchange.getAttribute(name);
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        exchange.setAttribute(name, value);
    }

    @Override
    public HttpPrincipal getPrincipal() {
        return exchange.getPrincipal();
    }

    private final class Body extends FilterOutputStream {
        Body(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                out.write(bytes, from, length); // not byte by byte, as the superclass does
            } catch (IOException e) {
                end(e);
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            try {
                out.close();
            } catch (IOException e) {
                end(e);
                throw e;
            }
            end(null);
        }
    }
}
