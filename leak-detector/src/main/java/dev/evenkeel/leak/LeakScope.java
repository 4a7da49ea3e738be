package dev.evenkeel.leak;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.metrics.Experimental;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One stretch of code that runs once, such as a test method, a test class or a suite, and what it leaves behind.
 *
 * <p>{@link #open} takes the baseline, {@link #close} waits for the linger and reports what is still there. A scope has no
 * rounds, so it can blame only things that are counted one by one: threads, descriptors, processes, files, MBeans. Growth of the
 * heap in a single run is a suspicion, never a verdict: the report is then INCONCLUSIVE and {@link
 * LeakReport#needsRunAlone()} says that {@link LeakDetector#verify} should run the code again.
 *
 * <p>Scopes may be open at the same time. From then on Flight Recorder watches who starts threads and, on JDK 19 and newer,
 * processes: what the scope's own thread started, or a thread started by it, is the scope's; what another scope started is not;
 * the rest, descriptors above all, is {@link Blame#UNKNOWN}. {@link #openInside} opens a scope that does not count as beside
 * its outer one.
 *
 * <p>Opened and closed by the thread that runs the code. Costs under 5 ms without the heap, and two full collections with it, or
 * one where another scope closed in the 10 ms before; where something stays, the linger and, with other scopes open, up to a second for Flight Recorder.
 */
@Experimental
public final class LeakScope {
    private static final long FIRST_POLL_NANOS = 500_000;

    private static final List<LeakScope> OPEN = new ArrayList<>();

    private final LeakOptions options;
    private final Platform platform;
    private final Censuses censuses;
    private final Thread thread = Thread.currentThread();
    private final @Nullable LeakScope outer;
    private final Instant opened;
    private final @Nullable ScopeHeap scopeHeap;
    private boolean beside;
    private @Nullable LeakReport report;

    private LeakScope(LeakOptions options, Platform platform, @Nullable LeakScope outer) {
        this.options = options;
        this.platform = platform;
        this.outer = outer;
        censuses = Censuses.of(options, platform);
        boolean watchStarts;
        synchronized (OPEN) {
            for (LeakScope other : OPEN) {
                if (!other.contains(this)) {
                    other.beside = true;
                    beside = true;
                }
            }
            OPEN.add(this);
            watchStarts = beside;
        }
        if (watchStarts && platform.flightRecorder()) {
            ScopeOwners.watch();
        }
        opened = Instant.now();
        HeapCensus heap = censuses.heap();
        scopeHeap = heap == null || heap.unavailable() != null ? null : ScopeHeap.read(heap, platform, options);
        for (Census census : censuses.all()) {
            if (isJudgedOnce(census.resource())) {
                census.baseline();
            }
        }
    }

    /** Takes the baseline of a scope. */
    public static LeakScope open(LeakOptions options) {
        return new LeakScope(Objects.requireNonNull(options, "options"), Platform.ofThisJvm(), null);
    }

    /** Takes the baseline of a scope within another one, such as a method within its class, on whichever thread. */
    public static LeakScope openInside(LeakScope outer, LeakOptions options) {
        return new LeakScope(
                Objects.requireNonNull(options, "options"),
                Platform.ofThisJvm(),
                Objects.requireNonNull(outer, "outer"));
    }

    static LeakScope open(LeakOptions options, Platform platform) {
        return new LeakScope(options, platform, null);
    }

    private boolean contains(LeakScope inner) {
        for (LeakScope scope = inner; scope != null; scope = scope.outer) {
            if (scope == this) {
                return true;
            }
        }
        return thread == inner.thread;
    }

    /** Whether another scope, which is neither inside nor outside of this one, was open at any time since this one was. */
    public boolean wasBesideOthers() {
        synchronized (OPEN) {
            return beside;
        }
    }

    /** Waits for what is on its way out, at most for the linger, and reports what stays. A second call returns the same report. */
    public LeakReport close() {
        LeakReport known = report;
        if (known != null) {
            return known;
        }
        List<LeakFinding> findings = new ArrayList<>();
        if (scopeHeap != null) {
            scopeHeap.readAgain(); // before the others: what it frees is to be gone when they are counted
        }
        long deadline = platform.waiter().nanos() + options.linger().toNanos();
        long poll = FIRST_POLL_NANOS;
        Map<Census, List<Census.Group>> left = left();
        while (!left.isEmpty() && platform.waiter().nanos() - deadline < 0) {
            platform.waiter().pause(poll);
            poll = Math.min(poll * 2, Readings.LONGEST_POLL_NANOS);
            left = left();
        }
        boolean shared;
        synchronized (OPEN) {
            OPEN.remove(this);
            shared = beside;
        }
        int others = 0;
        ScopeOwners.Starts starts = null;
        for (Map.Entry<Census, List<Census.Group>> entry : left.entrySet()) {
            Resource resource = entry.getKey().resource();
            if (shared && starts == null && platform.flightRecorder() && hasOwners(resource)) {
                starts = ScopeOwners.starts(opened);
            }
            Map<Blame, List<Census.Group>> byBlame = new TreeMap<>();
            Map<Census.Group, List<String>> starters = new HashMap<>();
            for (Census.Group group : entry.getValue()) {
                Owner owner = shared || !isCertainOnce(resource)
                        ? owner(resource, group, starts)
                        : new Owner(Blame.ALONE, List.of());
                if (owner == null) {
                    others++;
                } else {
                    byBlame.computeIfAbsent(owner.blame, b -> new ArrayList<>()).add(group);
                    starters.put(group, owner.stack);
                }
            }
            byBlame.forEach((blame, groups) ->
                    findings.add(finding(resource, blame, groups, starters.getOrDefault(groups.get(0), List.of()))));
        }
        LeakFinding heapFinding = scopeHeap == null ? null : scopeHeap.finding();
        if (heapFinding != null) {
            findings.add(heapFinding);
        }
        HeapCensus heap = censuses.heap();
        List<String> notes = new ArrayList<>();
        if (others > 0) {
            notes.add(others + " things that stayed were started by other scopes");
        }
        if (heap != null && !heap.remark().isEmpty()) {
            notes.add(heap.remark());
        }
        for (Allowed a : options.allowed()) {
            notes.add(a.resource().title() + " \"" + a.pattern() + "\" were allowed to stay: " + a.reason());
        }
        LeakReport made = new LeakReport(
                options.name(),
                verdict(findings),
                reason(findings),
                findings,
                List.of(),
                censuses.notWatched(),
                notes,
                1,
                1,
                options.linger().toMillis());
        report = made;
        if (scopeHeap != null) {
            scopeHeap.handOn();
        }
        return made;
    }

    /** Whatever runs for the first time loads classes; only rounds tell that from a leak. */
    private static boolean isJudgedOnce(Resource resource) {
        return resource != Resource.CLASSES;
    }

    /** Whether one that stays is a leak; not what a first run makes to keep, or another process may have made. */
    private static boolean isCertainOnce(Resource resource) {
        return !resource.freedByCollection() && resource != Resource.TEMP_FILES;
    }

    private static boolean hasOwners(Resource resource) {
        return resource == Resource.THREADS || resource == Resource.CHILD_PROCESSES;
    }

    /** What came since the baseline and is more than its budget. */
    private Map<Census, List<Census.Group>> left() {
        Map<Census, List<Census.Group>> left = new LinkedHashMap<>();
        for (Census census : censuses.all()) {
            if (!isJudgedOnce(census.resource())) {
                continue;
            }
            List<Census.Group> groups = census.evidence(key -> true);
            long n = 0;
            for (Census.Group group : groups) {
                n += group.count();
            }
            if (n > options.budget(census.resource())) {
                left.put(census, groups);
            }
        }
        return left;
    }

    private record Owner(Blame blame, List<String> stack) {}

    /** Whose a group is; null when another scope's. A group of several is the scope's when one of them is. */
    private @Nullable Owner owner(Resource resource, Census.Group group, ScopeOwners.@Nullable Starts starts) {
        if (starts == null || !hasOwners(resource)) {
            return new Owner(Blame.UNKNOWN, List.of());
        }
        boolean unknown = group.ids().isEmpty();
        for (long id : group.ids()) {
            ScopeOwners.Start start = resource == Resource.THREADS
                    ? starts.threads().get(id)
                    : starts.processes().get(id);
            if (start == null) {
                unknown = true;
                continue;
            }
            List<String> stack = start.stack();
            // Up to whoever began: a thread that was there before Flight Recorder watched.
            for (int depth = 0; depth < 64; depth++) {
                if (start.parent() == thread.getId() && !start.at().isBefore(opened)) {
                    return new Owner(Blame.OWNER, stack);
                }
                ScopeOwners.Start above = starts.threads().get(start.parent());
                if (above == null || above == start) {
                    break;
                }
                start = above;
            }
            unknown |= !isThreadOfAnotherScope(start.parent());
        }
        return unknown ? new Owner(Blame.UNKNOWN, List.of()) : null;
    }

    private boolean isThreadOfAnotherScope(long id) {
        synchronized (OPEN) {
            for (LeakScope other : OPEN) {
                if (other != this && other.thread.getId() == id && other.thread != thread) {
                    return true;
                }
            }
        }
        return false;
    }

    private LeakFinding finding(Resource resource, Blame blame, List<Census.Group> groups, List<String> start) {
        long grown = 0;
        for (Census.Group group : groups) {
            grown += group.count();
        }
        return new LeakFinding(
                resource,
                LeakFinding.Kind.GROWTH,
                blame != Blame.UNKNOWN,
                blame,
                groups.get(0).what(),
                grown,
                grown,
                grown,
                grown,
                1,
                0,
                groups.stream()
                        .map(g -> new LeakFinding.Evidence(g.what(), g.count(), g.brief(), g.detail()))
                        .toList(),
                List.of(),
                start);
    }

    private Verdict verdict(List<LeakFinding> findings) {
        if (findings.stream().anyMatch(LeakFinding::certain)) {
            return Verdict.FAIL;
        }
        HeapCensus heap = censuses.heap();
        boolean blind = heap != null && heap.unavailable() != null;
        return findings.isEmpty() && !blind ? Verdict.PASS : Verdict.INCONCLUSIVE;
    }

    private String reason(List<LeakFinding> findings) {
        if (findings.isEmpty()) {
            return verdict(findings) == Verdict.PASS
                    ? "nothing was left behind"
                    : "heap was to be judged and could not be read; see below, or switch it off: LeakOptions.withHeap(false)";
        }
        LeakFinding first =
                findings.stream().filter(LeakFinding::certain).findFirst().orElse(findings.get(0));
        if (first.certain()) {
            return first.culprit() + " was still there after a linger of "
                    + options.linger().toMillis() + " ms";
        }
        return first.culprit()
                + " came while this ran, and nothing tells that it was left for good by it; run it alone by"
                + " LeakDetector.verify";
    }
}
