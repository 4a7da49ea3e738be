package dev.evenkeel.leak;

import java.util.ArrayList;
import java.util.List;

/**
 * One resource that grew.
 *
 * @param resource what grew
 * @param kind how it grew
 * @param certain whether it grew in every judged round and stayed after the linger; false where the run ended before that
 *     was known, or a scope cannot tell whose it is
 * @param blame how it is known whose it is
 * @param culprit the name to search for: a thread name, a descriptor's target, a class, for a class of the platform with the field that holds it, or that field alone where
 *     its class is everybody's, such as an array of bytes; digits that differ are stars
 * @param perIteration growth per iteration since the baseline: things, or bytes of heap
 * @param lowPerIteration least growth per iteration of any judged round
 * @param highPerIteration greatest growth per iteration of any judged round
 * @param grown growth since the baseline, in the same unit
 * @param iterations iterations since the baseline
 * @param sinceIteration the iteration after the baseline up to which nothing had grown yet; 0 from the first one on
 * @param evidence what came since the baseline; the culprit first
 * @param heldBy the shortest path from a root of the garbage collector, one step a line; empty when it was not looked for
 * @param madeAt where it was made, opened or started, innermost line first; empty when that is not known
 */
public record LeakFinding(
        Resource resource,
        Kind kind,
        boolean certain,
        Blame blame,
        String culprit,
        double perIteration,
        double lowPerIteration,
        double highPerIteration,
        long grown,
        long iterations,
        long sinceIteration,
        List<Evidence> evidence,
        List<String> heldBy,
        List<String> madeAt) {

    /** Copies the lists. */
    public LeakFinding {
        evidence = List.copyOf(evidence);
        heldBy = List.copyOf(heldBy);
        madeAt = List.copyOf(madeAt);
    }

    /** Whether the growth is in bytes of heap, whatever the objects stand for. */
    public boolean isOnHeap() {
        return resource == Resource.HEAP
                || resource == Resource.VIRTUAL_THREADS
                || resource == Resource.QUEUED_TASKS
                || (resource == Resource.SHUTDOWN_HOOKS && !heldBy.isEmpty());
    }

    LeakFinding withEvidence(String otherCulprit, List<Evidence> otherEvidence) {
        return with(resource, otherCulprit, otherEvidence, heldBy, madeAt);
    }

    /** The same with another of the evidence first, and for its culprit. */
    LeakFinding withFirst(int index) {
        List<Evidence> reordered = new ArrayList<>(evidence);
        reordered.add(0, reordered.remove(index));
        return withEvidence(reordered.get(0).what(), reordered);
    }

    LeakFinding lookedAt(Resource foundOut, List<String> holders, List<String> makers) {
        return with(foundOut, culprit, evidence, holders, makers);
    }

    private LeakFinding with(
            Resource what, String who, List<Evidence> shown, List<String> holders, List<String> makers) {
        return new LeakFinding(
                what,
                kind,
                certain,
                blame,
                who,
                perIteration,
                lowPerIteration,
                highPerIteration,
                grown,
                iterations,
                sinceIteration,
                shown,
                holders,
                makers);
    }

    /** How a resource grew. */
    public enum Kind {
        /** There was more after every round. */
        GROWTH,
        /** Every round left something open that only the garbage collector closed. */
        CLOSED_ONLY_BY_GC
    }

    /**
     * Things that look alike.
     *
     * @param what thread name, descriptor target or class
     * @param count how many came since the baseline
     * @param brief state and whereabouts of a thread, bytes of a class
     * @param detail stack or targets, one a line
     */
    public record Evidence(String what, long count, String brief, List<String> detail) {
        /** Copies the list. */
        public Evidence {
            detail = List.copyOf(detail);
        }
    }
}
