package dev.evenkeel.leak;

/**
 * The smallest leak of a resource that a run would have seen.
 *
 * @param resource what was judged
 * @param iterationsPerLeak a leak of one in this many iterations would have been found
 * @param noise what would hide such a leak in this run, as half a sentence; empty when nothing moved
 */
public record DetectionLimit(Resource resource, int iterationsPerLeak, String noise) {

    @Override
    public String toString() {
        String unit = resource.count(1);
        return resource.title() + ": " + unit + " in " + iterationsPerLeak + " iterations"
                + (noise.isEmpty() ? "" : "; " + noise);
    }
}
