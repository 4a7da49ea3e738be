package dev.evenkeel.soak.load;

import java.io.IOException;

/** One connection to the target, used by one sender thread at a time. */
public interface Connection extends AutoCloseable {

    /**
     * Sends one request and waits for the whole answer.
     *
     * @param sequence number of the request in the schedule, from 0; the same number means the same
     *     request in every run
     * @throws IOException when no answer came; the request counts as failed, and the next call opens
     *     the connection again
     */
    Outcome send(long sequence) throws IOException;

    /** Closes the connection; idempotent. */
    @Override
    void close();

    /** Opens connections. */
    @FunctionalInterface
    interface Factory {
        /**
         * Opens a connection, handshake included.
         *
         * @throws IOException when the target does not accept it
         */
        Connection open() throws IOException;
    }
}
