package dev.evenkeel.cli.pool;

import dev.evenkeel.soak.load.Connection;
import dev.evenkeel.soak.load.Outcome;
import java.io.IOException;
import java.util.List;

/** What is sent through one pool. Safe from any thread. */
interface Load extends AutoCloseable {
    /** The pool, or its routes. */
    List<Crowd> crowds();

    /** Sends a request and waits for its answer. */
    Outcome send(long sequence) throws IOException;

    @Override
    void close();

    /** Connections share the pool: a sender of the load generator is a caller here, and owns nothing. */
    default Connection.Factory callers() {
        return () -> new Connection() {
            @Override
            public Outcome send(long sequence) throws IOException {
                return Load.this.send(sequence);
            }

            @Override
            public void close() {
                // The pool is closed by who made it.
            }
        };
    }
}
