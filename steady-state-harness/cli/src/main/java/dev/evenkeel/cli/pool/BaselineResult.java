package dev.evenkeel.cli.pool;

import dev.evenkeel.drift.Budgets;
import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.TimeSeries;
import dev.evenkeel.drift.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a run showed, and the verdict on it. Immutable.
 *
 * @param rows one for each pool
 * @param samples seconds after the warm-up
 * @param warmUpSeconds what is not in them
 * @param checks what was asked of the run, the deciding one first
 * @param cutShort whether it was ended before its time
 */
record BaselineResult(
        List<PoolRow> rows,
        List<Sample> samples,
        double warmUpSeconds,
        Threads threads,
        int stalledSeconds,
        List<Check> checks,
        boolean cutShort,
        Settings settings) {
    /** A free sender that leaves so late was kept by this machine: what happens then is not the pools' doing. */
    static final double STALL_MILLIS = 100;

    /** Seconds after a stall that belong to it: a call that met it may wait 250 ms and then take 2 s to be given up. */
    private static final int STALL_SECONDS = 3;

    /** With more than this share of the seconds stalled, the machine was unfit. */
    private static final double MOST_STALLED = 0.5;

    /** The rate that the load must reach for the run to mean anything. */
    private static final double LEAST_RATE = 0.98;

    /** Seconds that a verdict takes, as everywhere in this toolkit. */
    private static final int LEAST_SAMPLES = 30;

    /** One question that the run answers. */
    record Check(String what, Verdict verdict, String words) {}

    /** Threads of this JVM after the warm-up. */
    record Threads(double least, double most, Check check) {}

    static BaselineResult of(
            List<PoolRow> rows, List<Sample> samples, double warmUpSeconds, boolean cutShort, Settings settings) {
        int stalled = (int) stalled(samples).stream().filter(s -> s).count();
        List<Check> checks = new ArrayList<>();
        for (PoolRow row : rows) {
            checks.add(waits(row));
        }
        checks.add(failures(rows));
        Threads threads = threads(samples);
        checks.add(threads.check());
        checks.add(rate(samples));
        checks.add(machine(samples.size(), stalled));
        checks.sort((a, b) -> rank(a.verdict()) - rank(b.verdict())); // stable
        return new BaselineResult(
                List.copyOf(rows),
                List.copyOf(samples),
                warmUpSeconds,
                threads,
                stalled,
                List.copyOf(checks),
                cutShort,
                settings);
    }

    private static int rank(Verdict verdict) {
        return switch (verdict) {
            case FAIL -> 0;
            case INVALID -> 1;
            case INCONCLUSIVE -> 2;
            case PASS -> 3;
        };
    }

    Verdict verdict() {
        return checks.get(0).verdict();
    }

    /** The verdict and what decided it, in one line. */
    String headline() {
        Check first = checks.get(0);
        return first.verdict() + (cutShort ? " (cut short)" : "") + ": "
                + (first.verdict() == Verdict.PASS
                        ? "nobody waited, nothing was refused or failed, threads are flat"
                                + (stalledSeconds > 0
                                        ? "; " + stalledSeconds + " s in which this machine stalled are set aside"
                                        : "")
                        : first.what() + ": " + first.words());
    }

    /**
     * Which seconds say more about the machine than about the pools: those in which a sender of ours left late, and the {@value
     * #STALL_SECONDS} after each, in which what had gathered is worked off or given up.
     */
    static List<Boolean> stalled(List<Sample> samples) {
        List<Boolean> stalled = new ArrayList<>();
        int left = 0;
        for (Sample sample : samples) {
            left = sample.latenessMillis() > STALL_MILLIS ? STALL_SECONDS + 1 : Math.max(0, left - 1);
            stalled.add(left > 0);
        }
        return stalled;
    }

    private static Check waits(PoolRow row) {
        long waits = Math.max(row.steady().waits(), Math.round(row.mostWaiting()));
        long refused = row.steady().refused();
        long inStalls = row.counted().waits() - row.steady().waits();
        String aside = inStalls > 0 ? "; " + inStalls + " more while this machine stalled" : "";
        String what = "waits at the " + row.name();
        if (waits == 0 && refused == 0) {
            return new Check(
                    what,
                    Verdict.PASS,
                    "none; at most " + row.peak() + " callers at once for " + row.limit() + " places" + aside);
        }
        return new Check(
                what,
                Verdict.FAIL,
                waits + " calls found all " + row.limit() + " taken, " + refused + " were given up" + aside);
    }

    private static Check failures(List<PoolRow> rows) {
        long failed = rows.stream().mapToLong(r -> r.steady().failed()).sum();
        long calls = rows.stream().mapToLong(r -> r.steady().calls()).sum();
        long inStalls = rows.stream().mapToLong(r -> r.counted().failed()).sum() - failed;
        String aside = inStalls > 0 ? "; " + inStalls + " more while this machine stalled" : "";
        return failed == 0
                ? new Check("failed calls", Verdict.PASS, "none of " + calls + aside)
                : new Check("failed calls", Verdict.FAIL, failed + " of " + calls + aside);
    }

    private static Threads threads(List<Sample> samples) {
        double least = samples.stream().mapToDouble(Sample::threads).min().orElse(Double.NaN);
        double most = samples.stream().mapToDouble(Sample::threads).max().orElse(Double.NaN);
        String range = String.format(Locale.ROOT, "%.0f to %.0f", least, most);
        if (samples.size() < LEAST_SAMPLES) {
            return new Threads(
                    least,
                    most,
                    new Check(
                            "threads",
                            Verdict.INCONCLUSIVE,
                            range + " in " + samples.size() + " s after the warm-up; a verdict takes " + LEAST_SAMPLES
                                    + ": run longer, with --minutes 1 or more"));
        }
        if (least == most) {
            return new Threads(
                    least,
                    most,
                    new Check("threads", Verdict.PASS, String.format(Locale.ROOT, "%.0f all the time", most)));
        }
        DriftResult drift = DriftAnalysis.of(
                TimeSeries.of(
                        samples.stream().mapToDouble(Sample::second).toArray(),
                        samples.stream().mapToDouble(Sample::threads).toArray()),
                Budgets.hourly(Budgets.Resource.THREADS, least));
        int third = samples.size() / 3;
        double early = samples.subList(0, third).stream()
                .mapToDouble(Sample::threads)
                .max()
                .orElse(Double.NaN);
        double late = samples.subList(samples.size() - third, samples.size()).stream()
                .mapToDouble(Sample::threads)
                .min()
                .orElse(Double.NaN);
        // Pools open a thread for a second now and then. What counts is whether any stays: the lowest count of the last
        // third against the highest of the first; and the slope, where the run is long enough to tell.
        if (drift.verdict() == Verdict.FAIL || late > early) {
            return new Threads(
                    least, most, new Check("threads", Verdict.FAIL, range + ", and they stay: " + drift.model()));
        }
        return new Threads(
                least, most, new Check("threads", Verdict.PASS, range + ", none that stays: " + drift.model()));
    }

    private static Check rate(List<Sample> samples) {
        long due = samples.stream().mapToLong(Sample::due).sum();
        long completed = samples.stream().mapToLong(Sample::completed).sum();
        String words = completed + " of " + due + " calls that were due are done";
        return completed >= LEAST_RATE * due
                ? new Check("rate", Verdict.PASS, words)
                : new Check("rate", unfit(samples.size()), words + ": the load was not what it is said to be");
    }

    /** A moment of a short run is no judgement on the machine. */
    private static Verdict unfit(int seconds) {
        return seconds < LEAST_SAMPLES ? Verdict.INCONCLUSIVE : Verdict.INVALID;
    }

    private static Check machine(int seconds, int stalled) {
        String words = stalled + " of " + seconds + " s set aside: a sender of ours left more than "
                + Math.round(STALL_MILLIS) + " ms late, up to " + STALL_SECONDS + " s before";
        return stalled <= MOST_STALLED * seconds
                ? new Check("this machine", Verdict.PASS, words)
                : new Check(
                        "this machine",
                        unfit(seconds),
                        words + ". That is too busy to judge a pool on: try again when it is quiet");
    }
}
