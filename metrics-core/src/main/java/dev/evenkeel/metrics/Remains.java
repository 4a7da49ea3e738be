package dev.evenkeel.metrics;

import org.jspecify.annotations.Nullable;

/**
 * The cells of an evicted series. Callers may still hold the instrument and record: what they record is found here. Once nobody
 * can, the cells go to the next series. All under the collectors' lock.
 */
abstract class Remains {
    /**
     * Returns whether something was recorded since the eviction.
     *
     * @param series the evicted series, null when nobody holds it any more
     */
    abstract boolean changed(@Nullable Series series);

    /** Records what came since the eviction into a series of the same family, and forgets it here. */
    abstract void moveTo(Series target);

    /** Gives the cells to the next series. Nobody can record to them any more, and nothing was recorded since the eviction. */
    abstract void free();
}
