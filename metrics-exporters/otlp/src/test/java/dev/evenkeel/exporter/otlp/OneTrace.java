package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.ExemplarSource;

/** Says that every thread works for the same trace. */
final class OneTrace implements ExemplarSource {
    @Override
    public boolean sampled() {
        return true;
    }

    @Override
    public String traceId() {
        return "4bf92f3577b34da6a3ce929d0e0e4736";
    }

    @Override
    public String spanId() {
        return "00f067aa0ba902b7";
    }
}
