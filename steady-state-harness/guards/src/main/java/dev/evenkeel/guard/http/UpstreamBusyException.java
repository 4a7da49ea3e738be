package dev.evenkeel.guard.http;

import java.io.IOException;

/**
 * A call was not sent, because its upstream has as many calls as it may. Nothing reached the upstream, so that the call may
 * be made again without harm, but not at once.
 *
 * <p>Carries no stack trace: it is thrown most often when there is least time for one.
 */
public final class UpstreamBusyException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Why a call was not sent. */
    public enum Reason {
        /** As many callers as may wait were waiting. */
        QUEUE_FULL("queue_full"),
        /** No place became free within the wait. */
        WAIT_TIMEOUT("wait_timeout"),
        /** As many upstreams as may be known are busy, and this is another one. */
        TOO_MANY_UPSTREAMS("too_many_upstreams");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        /** The value of the label {@code reason}. */
        String word() {
            return word;
        }
    }

    /** Why. */
    private final Reason reason;

    UpstreamBusyException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Why the call was not sent. */
    public Reason reason() {
        return reason;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
