package dev.evenkeel.exporter.otlp;

/** A real receiver of OTLP on a socket of the loopback address, which decodes every request. */
interface Receiver extends AutoCloseable {
    /** How it answers. */
    enum Mode {
        TAKE,
        /** 429 with Retry-After of one second; over gRPC RESOURCE_EXHAUSTED. */
        TOO_MANY,
        /** 503 with Retry-After of one second; over gRPC UNAVAILABLE. */
        UNAVAILABLE,
        /** Takes the request and answers after 150 ms. */
        SLOW
    }

    int port();

    Ledger ledger();

    void mode(Mode mode);

    /** Returns how many requests it has refused. */
    int refused();

    @Override
    void close();
}
