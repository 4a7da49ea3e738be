package dev.evenkeel.metrics;

/**
 * Metrics that another library keeps, to be shown by every exporter of a registry beside its own:
 * {@link MetricRegistry#addForeign}.
 */
@Experimental
@FunctionalInterface
public interface ForeignSource {
    /**
     * Hands over all families that there are now. Called by each collecting thread, perhaps by several at a time, before any lock
     * is taken. What it throws costs this source the collect, and is counted by {@code evenkeel.dropped{reason="callback_error"}}; how long
     * it takes, by {@code evenkeel.callback.duration}.
     */
    void read(ForeignVisitor to);
}
