package dev.evenkeel.guard.http;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * A client whose answers the test gives. What it takes from the real one: a body handler is applied when the headers come, a
 * cancelled exchange fails its future at once and its body later.
 */
final class FakeClient extends HttpClient {
    final ConcurrentLinkedQueue<Exchange<?>> exchanges = new ConcurrentLinkedQueue<>();
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger mostOpen = new AtomicInteger();
    final AtomicInteger sent = new AtomicInteger();
    volatile RuntimeException refusal;

    /** One exchange: open from the call until its body, or the exchange itself, has ended. */
    final class Exchange<T> {
        final HttpRequest request;
        final HttpResponse.BodyHandler<T> handler;
        final CompletableFuture<HttpResponse<T>> answer = new CompletableFuture<>() {
            @Override
            public boolean completeExceptionally(Throwable failure) {
                endUnlessDone();
                return super.completeExceptionally(failure);
            }

            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                endUnlessDone();
                return super.cancel(mayInterruptIfRunning);
            }

            private void endUnlessDone() { // before anybody learns of it, so that nobody's successor counts as too many
                if (!isDone()) {
                    end();
                }
            }
        };
        private HttpResponse.BodySubscriber<T> body;
        private boolean ended;

        Exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
            this.request = request;
            this.handler = handler;
            sent.incrementAndGet();
            mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        }

        private synchronized boolean end() {
            boolean first = !ended;
            ended = true;
            if (first) {
                open.decrementAndGet();
            }
            return first;
        }

        /** The headers come; the body is still to come. */
        synchronized Exchange<T> headers() {
            if (ended) {
                return this;
            }
            HttpResponse.BodySubscriber<T> subscriber = handler.apply(new Info());
            body = subscriber;
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {
                    end();
                }
            });
            subscriber.getBody().whenComplete((value, failure) -> {
                if (failure == null) {
                    answer.complete(new Answer<>(request, value));
                } else {
                    answer.completeExceptionally(failure);
                }
            });
            return this;
        }

        void bodyEnds() {
            if (end()) {
                body.onNext(List.of(ByteBuffer.wrap(new byte[] {'o', 'k'})));
                body.onComplete();
            }
        }

        void bodyFails() {
            if (end()) {
                body.onError(new IOException("connection reset"));
            }
        }

        void answer() {
            headers();
            synchronized (this) {
                if (body == null) {
                    return;
                }
            }
            bodyEnds();
        }

        void fail() {
            answer.completeExceptionally(new IOException("connection refused"));
        }
    }

    private record Info() implements HttpResponse.ResponseInfo {
        @Override
        public int statusCode() {
            return 200;
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.of(Map.of(), (a, b) -> true);
        }

        @Override
        public Version version() {
            return Version.HTTP_1_1;
        }
    }

    private record Answer<T>(HttpRequest request, T body) implements HttpResponse<T> {
        @Override
        public int statusCode() {
            return 200;
        }

        @Override
        public Optional<HttpResponse<T>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.of(Map.of(), (a, b) -> true);
        }

        @Override
        public Optional<javax.net.ssl.SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return request.uri();
        }

        @Override
        public Version version() {
            return Version.HTTP_1_1;
        }
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, HttpResponse.BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> push) {
        if (refusal != null) {
            throw refusal;
        }
        Exchange<T> exchange = new Exchange<>(request, handler);
        exchanges.add(exchange);
        return exchange.answer;
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        return sendAsync(request, handler, null);
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<T>> answer = sendAsync(request, handler, null);
        try {
            return answer.get();
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return Optional.empty();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return Optional.of(Duration.ofSeconds(7));
    }

    @Override
    public Redirect followRedirects() {
        return Redirect.NEVER;
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return Optional.empty();
    }

    @Override
    public SSLContext sslContext() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SSLParameters sslParameters() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return Optional.empty();
    }

    @Override
    public Version version() {
        return Version.HTTP_1_1;
    }

    @Override
    public Optional<Executor> executor() {
        return Optional.empty();
    }
}
