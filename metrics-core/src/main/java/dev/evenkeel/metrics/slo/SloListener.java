package dev.evenkeel.metrics.slo;

/**
 * Is called once when a breach starts and once after it has ended. Called by the thread that ticks, one call at a time; what
 * it throws is logged and counted by {@code slo.listener.errors}. It should return soon: ticks wait for it.
 */
@FunctionalInterface
public interface SloListener {
    void changed(SloAlert alert);
}
