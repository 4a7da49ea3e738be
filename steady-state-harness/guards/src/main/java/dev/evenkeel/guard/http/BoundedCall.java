package dev.evenkeel.guard.http;

import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A call whose caller does not wait: queued, sent, answered. Cancels as the futures of {@code java.net.http} do. */
final class BoundedCall<T> extends CompletableFuture<HttpResponse<T>> implements Upstream.Waiter {
    /*
     * A cancel meets the start of the call from another thread. Each first writes its own field and then reads the other's
     * (both volatile), so that at least one of them sees both and cancels what was sent.
     *   cancel: abort = true, then reads sent
     *   start:  sent = ...,   then reads abort
     */

    /** What the call asks of its client. */
    interface Client {
        void waited(long fromNanos);

        void timedOut();

        UpstreamBusyException waitTimeout();
    }

    private final Client client;
    private final Upstream upstream;
    private final Function<Permit, CompletableFuture<HttpResponse<T>>> sender;
    private final long fromNanos;
    private final Permit permit;
    private volatile boolean abort;
    private volatile @Nullable CompletableFuture<HttpResponse<T>> sent;
    private volatile boolean started;
    private volatile @Nullable CompletableFuture<Void> timer;

    BoundedCall(
            Client client,
            Upstream upstream,
            long fromNanos,
            Function<Permit, CompletableFuture<HttpResponse<T>>> sender) {
        this.client = client;
        this.upstream = upstream;
        this.fromNanos = fromNanos;
        this.sender = sender;
        this.permit = new Permit(upstream);
    }

    /** The call is in the queue: leaves it after a time, or when somebody completes the call. */
    void queued(long waitNanos, Executor executor) {
        CompletableFuture<Void> alarm = new CompletableFuture<>();
        timer = alarm;
        // What depends on the call must not run on the one thread that keeps time for the whole JVM.
        alarm.thenRunAsync(this::expire, executor);
        alarm.completeOnTimeout(null, waitNanos, TimeUnit.NANOSECONDS);
        whenComplete((response, failure) -> {
            alarm.cancel(false);
            if (upstream.leave(this)) {
                client.waited(fromNanos);
            }
        });
        if (started) {
            alarm.cancel(false);
        }
    }

    private void expire() {
        if (upstream.leave(this)) {
            client.waited(fromNanos);
            client.timedOut();
            completeExceptionally(client.waitTimeout());
        }
    }

    @Override
    public void granted() {
        started = true;
        CompletableFuture<Void> alarm = timer;
        if (alarm != null) {
            alarm.cancel(false);
        }
        client.waited(fromNanos);
        start();
    }

    /** Sends the call; the permit is held. Throws nothing. */
    void start() {
        if (isDone()) {
            permit.giveBack();
            return;
        }
        CompletableFuture<HttpResponse<T>> answer;
        try {
            answer = sender.apply(permit);
        } catch (Throwable e) { // the request was impossible, or the executor is closed
            permit.giveBack();
            completeExceptionally(e);
            return;
        }
        sent = answer;
        if (abort) {
            answer.cancel(true);
        }
        answer.whenComplete((response, failure) -> {
            if (failure == null) {
                complete(response); // the permit goes back with the end of the body
            } else {
                permit.giveBack();
                completeExceptionally(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
            }
        });
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled && mayInterruptIfRunning) {
            abort();
        }
        return cancelled;
    }

    private void abort() {
        abort = true;
        CompletableFuture<HttpResponse<T>> answer = sent;
        if (answer != null) {
            answer.cancel(true);
        }
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new Derived<>(this);
    }

    /** What was made of a call: cancelling it cancels the call, as it does with the client's own futures. */
    private static final class Derived<U> extends CompletableFuture<U> {
        private final BoundedCall<?> call;

        Derived(BoundedCall<?> call) {
            this.call = call;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled && mayInterruptIfRunning && !call.isDone()) {
                call.cancel(true);
            }
            return cancelled;
        }

        @Override
        public <V> CompletableFuture<V> newIncompleteFuture() {
            return new Derived<>(call);
        }
    }
}
