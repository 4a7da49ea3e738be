package dev.evenkeel.leak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** How a leak run or a scope is made. Immutable and safe from any thread; start from {@link #defaults()}. */
public final class LeakOptions {

    /** Fewer rounds cannot tell growth from a step: {@value}. */
    static final int LEAST_ROUNDS = 3;

    private static final LeakOptions DEFAULTS = new LeakOptions(new Draft());

    private final Draft values;

    private LeakOptions(Draft values) {
        this.values = values;
    }

    /** The options that fit a test of a few milliseconds an iteration. */
    public static LeakOptions defaults() {
        return DEFAULTS;
    }

    /** What is judged, for the report; empty stands for the caller's class and method. */
    public String name() {
        return values.name;
    }

    /** Iterations of one round; 10 by default. */
    public int iterations() {
        return values.iterations;
    }

    /** The fewest rounds before the baseline, which fill lazy fields, pools and caches; 2 by default. */
    public int warmUpRounds() {
        return values.warmUpRounds;
    }

    /** Judged rounds before any escalation; 5 by default. */
    public int rounds() {
        return values.rounds;
    }

    /** Rounds of doubled iterations before growth is certain; 4 by default. */
    public int escalations() {
        return values.escalations;
    }

    /**
     * How long threads, descriptors and other things on their way out are waited for, after every round and once more before
     * they are blamed; 500 ms by default.
     */
    public Duration linger() {
        return values.linger;
    }

    /** When growth is still undecided after this time the run ends as inconclusive; 60 s by default. */
    public Duration timeLimit() {
        return values.timeLimit;
    }

    /** Whether heap and all else that only a collection gives back is judged; true by default. */
    public boolean heap() {
        return values.heap;
    }

    /**
     * Whether a heap suspect is confirmed by one allocation that is too big for the heap, which makes the JVM clear soft
     * references first; true by default. Left out by itself where an {@code OutOfMemoryError} is configured to dump or
     * exit, or the heap limit is 15 GiB or more.
     */
    public boolean clearSoftReferences() {
        return values.clearSoftReferences;
    }

    /** Whether a leak is looked at again, for who holds it and where it was made; true by default. Costs nothing on PASS. */
    public boolean secondLook() {
        return values.secondLook;
    }

    /** What may stay, with reasons. */
    public List<Allowed> allowed() {
        return values.allowed;
    }

    /** What one iteration, or one scope, may leave behind for good: a number of things, or bytes of heap. 0 by default. */
    public double budget(Resource resource) {
        return values.budgets.getOrDefault(resource, 0.0);
    }

    /** What is not to be judged, with reasons; empty by default. */
    public Map<Resource, String> leftOut() {
        return Map.copyOf(values.leftOut);
    }

    /** MBeans of pools, beside those that are known: pattern of the object name and attribute that counts what is borrowed. */
    public Map<String, String> poolBeans() {
        return Map.copyOf(values.poolBeans);
    }

    /** What is judged. */
    Set<Resource> watched() {
        Set<Resource> watched = EnumSet.allOf(Resource.class);
        watched.removeAll(values.leftOut.keySet());
        return watched;
    }

    /** Names what is judged. */
    public LeakOptions withName(String name) {
        Objects.requireNonNull(name, "name");
        return edit(d -> d.name = name);
    }

    /** Sets the iterations of one round, 1 to 1,000,000: an even leak of one per twice as many is seen. */
    public LeakOptions withIterations(int iterations) {
        range("iterations", iterations, 1, 1_000_000, "an action that never runs leaks nothing");
        return edit(d -> d.iterations = iterations);
    }

    /**
     * Sets the fewest rounds before the baseline, 0 to 100. While fewer series grow from round to round some more are
     * added, {@value LeakRun#EXTRA_WARM_UP} at most.
     */
    public LeakOptions withWarmUpRounds(int warmUpRounds) {
        range("warmUpRounds", warmUpRounds, 0, 100, "each costs a collection");
        return edit(d -> d.warmUpRounds = warmUpRounds);
    }

    /** Sets the judged rounds before any escalation, {@value #LEAST_ROUNDS} to 100. */
    public LeakOptions withRounds(int rounds) {
        range("rounds", rounds, LEAST_ROUNDS, 100, "with fewer, one step of a lazy field looks like growth");
        return edit(d -> d.rounds = rounds);
    }

    /**
     * Sets how often the iterations are doubled before growth is certain, 1 to 10. A cache that is still filling at the end
     * of the run looks like a leak: raise this or {@code iterations} above its bound.
     */
    public LeakOptions withEscalations(int escalations) {
        range("escalations", escalations, 1, 10, "each runs twice the iterations of the one before");
        return edit(d -> d.escalations = escalations);
    }

    /** Sets how long things on their way out are waited for. */
    public LeakOptions withLinger(Duration linger) {
        Objects.requireNonNull(linger, "linger");
        if (linger.isNegative()) {
            throw new IllegalArgumentException(
                    "linger is " + linger + ": a wait cannot be negative. Use Duration.ZERO to blame at once.");
        }
        return edit(d -> d.linger = linger);
    }

    /** Sets the time after which an undecided run ends as inconclusive. */
    public LeakOptions withTimeLimit(Duration timeLimit) {
        Objects.requireNonNull(timeLimit, "timeLimit");
        if (timeLimit.isNegative() || timeLimit.isZero()) {
            throw new IllegalArgumentException(
                    "timeLimit is " + timeLimit + ": nothing could be judged in it. Give it at least a few seconds.");
        }
        return edit(d -> d.timeLimit = timeLimit);
    }

    /**
     * Sets whether heap, virtual threads, queued tasks, buffers and classes are judged, each reading of which costs a full
     * collection.
     */
    public LeakOptions withHeap(boolean heap) {
        return edit(d -> d.heap = heap);
    }

    /** Sets whether a heap suspect is confirmed with soft references cleared. */
    public LeakOptions withClearSoftReferences(boolean clearSoftReferences) {
        return edit(d -> d.clearSoftReferences = clearSoftReferences);
    }

    /**
     * Sets whether a leak is looked at again: a dump of the live heap in a temporary file, deleted at once, and the action run
     * once more under Flight Recorder.
     */
    public LeakOptions withSecondLook(boolean secondLook) {
        return edit(d -> d.secondLook = secondLook);
    }

    /**
     * Lets each iteration, or a scope as a whole, leave so much behind for good.
     *
     * @param most a number of things, or bytes of heap; a finite number of at least 0
     */
    public LeakOptions withBudget(Resource resource, double most) {
        Objects.requireNonNull(resource, "resource");
        if (!(most >= 0) || most == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("The budget for " + resource.title() + " is " + most
                    + ": nothing can leave less than nothing behind, and without an end it is no budget. Use 0 or more, or"
                    + " LeakOptions.without(Resource." + resource.name() + ", reason).");
        }
        return edit(d -> d.budgets.put(resource, most));
    }

    /** Adds things that may stay, with the reason. */
    public LeakOptions allow(Resource resource, String pattern, String reason) {
        Allowed more = new Allowed(resource, pattern, reason);
        return edit(d -> d.allowed.add(more));
    }

    /** Adds threads that may stay, with the reason. */
    public LeakOptions allowThreads(String pattern, String reason) {
        return allow(Resource.THREADS, pattern, reason);
    }

    /** Leaves a resource out, with the reason, which every report repeats. For the heap see {@link #withHeap}. */
    public LeakOptions without(Resource resource, String reason) {
        Objects.requireNonNull(resource, "resource");
        if (reason.isBlank()) {
            throw new IllegalArgumentException("Cannot leave out " + resource.title()
                    + " without a reason: what nobody watches must at least be said. Say why it does not matter here.");
        }
        return edit(d -> d.leftOut.put(resource, reason));
    }

    /**
     * Watches a pool by its MBean, beside those of HikariCP, Tomcat JDBC, Commons DBCP 2, c3p0 and Druid.
     *
     * @param objectName pattern of the bean's name, such as {@code com.acme:type=Pool,*}
     * @param attribute number of what is borrowed now
     */
    public LeakOptions watchPool(String objectName, String attribute) {
        try {
            ObjectName.getInstance(objectName);
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException(
                    "Cannot watch the pool \"" + objectName + "\": no bean can have such a name (" + e.getMessage()
                            + "). Write it as domain:key=value,*.",
                    e);
        }
        if (attribute.isBlank()) {
            throw new IllegalArgumentException(
                    "Cannot watch the pool \"" + objectName
                            + "\" without an attribute to read. Name the one that counts what is borrowed, such as ActiveConnections.");
        }
        return edit(d -> d.poolBeans.put(objectName, attribute));
    }

    private LeakOptions edit(Consumer<Draft> change) {
        Draft draft = new Draft(values);
        change.accept(draft);
        draft.allowed = List.copyOf(draft.allowed);
        return new LeakOptions(draft);
    }

    private static void range(String what, int value, int low, int high, String why) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    what + " is " + value + ": " + why + ". Use " + low + " to " + high + ".");
        }
    }

    /** Written by one {@code with} method, then never again. */
    private static final class Draft {
        String name = "";
        int iterations = 10;
        int warmUpRounds = 2;
        int rounds = 5;
        int escalations = 4;
        Duration linger = Duration.ofMillis(500);
        Duration timeLimit = Duration.ofSeconds(60);
        boolean heap = true;
        boolean clearSoftReferences = true;
        boolean secondLook = true;
        List<Allowed> allowed = List.of();
        final Map<Resource, Double> budgets = new EnumMap<>(Resource.class);
        final Map<Resource, String> leftOut = new EnumMap<>(Resource.class);
        final Map<String, String> poolBeans = new TreeMap<>();

        Draft() {}

        Draft(Draft from) {
            name = from.name;
            iterations = from.iterations;
            warmUpRounds = from.warmUpRounds;
            rounds = from.rounds;
            escalations = from.escalations;
            linger = from.linger;
            timeLimit = from.timeLimit;
            heap = from.heap;
            clearSoftReferences = from.clearSoftReferences;
            secondLook = from.secondLook;
            allowed = new ArrayList<>(from.allowed);
            budgets.putAll(from.budgets);
            leftOut.putAll(from.leftOut);
            poolBeans.putAll(from.poolBeans);
        }
    }
}
