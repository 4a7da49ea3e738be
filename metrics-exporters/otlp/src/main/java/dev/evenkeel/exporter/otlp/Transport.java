package dev.evenkeel.exporter.otlp;

/** Sends requests, one at a time. */
interface Transport extends AutoCloseable {
    /**
     * Sends one request and waits for its answer, at most for the timeout. Throws nothing else: what goes wrong is an answer.
     *
     * @param body an encoded request, uncompressed; not changed, and not kept
     * @throws InterruptedException when the thread is interrupted meanwhile: the request may have been taken
     */
    Answer send(byte[] body, long timeoutNanos) throws InterruptedException;

    @Override
    void close();
}
