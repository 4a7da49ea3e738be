package dev.evenkeel.leak;

import java.util.Locale;

/**
 * The smallest leak of a resource that a run would have seen, nine times in ten.
 *
 * @param resource what was judged
 * @param iterationsPerLeak a leak of one thing in this many iterations on average, whichever iterations chance takes, would
 *     have been found with a probability of 0.9; one that comes evenly is found down to one in two rounds
 * @param noise what would hide such a leak in this run, as half a sentence with the limit there; empty when nothing moved
 */
public record DetectionLimit(Resource resource, double iterationsPerLeak, String noise) {

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %s in %.1f iterations%s",
                resource.title(),
                resource.count(1),
                iterationsPerLeak,
                noise.isEmpty() ? "" : "; " + noise);
    }
}
