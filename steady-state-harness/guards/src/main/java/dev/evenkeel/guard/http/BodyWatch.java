package dev.evenkeel.guard.http;

import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Passes a body on, and gives the permit back at its end, before whoever reads it learns of the end. */
final class BodyWatch<T> implements BodySubscriber<T> {
    private final BodySubscriber<T> reader;
    private final Permit permit;

    private BodyWatch(BodySubscriber<T> reader, Permit permit) {
        this.reader = reader;
        this.permit = permit;
    }

    static <T> BodyHandler<T> over(BodyHandler<T> handler, Permit permit) {
        return head -> new BodyWatch<>(Objects.requireNonNull(handler.apply(head), "body subscriber"), permit);
    }

    @Override
    public CompletionStage<T> getBody() {
        return reader.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        reader.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                subscription.request(n);
            }

            @Override
            public void cancel() { // a stream that was closed early; the client closes its connection
                try {
                    subscription.cancel();
                } finally {
                    permit.giveBack();
                }
            }
        });
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        reader.onNext(item);
    }

    @Override
    public void onError(Throwable failure) {
        permit.giveBack();
        reader.onError(failure);
    }

    @Override
    public void onComplete() {
        permit.giveBack();
        reader.onComplete();
    }
}
