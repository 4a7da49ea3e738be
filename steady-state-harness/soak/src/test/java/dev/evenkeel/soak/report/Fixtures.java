package dev.evenkeel.soak.report;

import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.Mark;
import dev.evenkeel.drift.TimeSeries;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.leak.allocation.AllocationSite;
import dev.evenkeel.soak.Allocation;
import dev.evenkeel.soak.Culprit;
import dev.evenkeel.soak.LoadSummary;
import dev.evenkeel.soak.ResourceNames;
import dev.evenkeel.soak.ResourceResult;
import dev.evenkeel.soak.RunResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Finished runs made of deterministic series; every verdict in them is the analysis's own. */
final class Fixtures {

    static final double MIB = 1024 * 1024;

    private Fixtures() {}

    /** Writes the fixture reports, to look at: one directory each below the first argument. */
    public static void main(String[] args) throws IOException {
        Path base = Path.of(args.length > 0 ? args[0] : "target/fixture-reports");
        for (Map.Entry<String, RunResult> e : all().entrySet()) {
            ReportWriter.writeAll(e.getValue(), base.resolve(e.getKey()));
        }
        System.out.println("Reports are in " + base.toAbsolutePath());
    }

    /** Every fixture by name, judged once: a verdict over a day of readings takes a while. */
    static Map<String, RunResult> all() {
        return Made.RUNS;
    }

    private static final class Made {
        private static final Map<String, RunResult> RUNS = make();

        private static Map<String, RunResult> make() {
            Map<String, RunResult> runs = new LinkedHashMap<>();
            runs.put("pass", pass());
            runs.put("fail", fail());
            runs.put("inconclusive", inconclusive());
            runs.put("nasty", nasty());
            runs.put("day", day());
            return Collections.unmodifiableMap(runs);
        }
    }

    /** Ten minutes, nothing grows. */
    static RunResult pass() {
        Maker maker = new Maker(600, 60, 1);
        List<ResourceResult> resources = List.of(
                maker.resource(
                        ResourceNames.HEAP_LIVE,
                        "Live heap",
                        "By",
                        true,
                        10,
                        t -> 61.2 * MIB - 1.5 * MIB * StrictMath.exp(-t / 50),
                        0.08 * MIB,
                        0,
                        new Budget(
                                24 * MIB, "1 % of its level per hour, scaled to a short run: 12 per million requests")),
                maker.resource(
                        ResourceNames.OPEN_FDS,
                        "Open file descriptors",
                        "{fd}",
                        true,
                        1,
                        t -> 74,
                        1.2,
                        1,
                        new Budget(12, "2 per hour, scaled to a short run")),
                maker.resource(
                        ResourceNames.THREADS,
                        "Threads",
                        "{thread}",
                        true,
                        1,
                        t -> 43 + (t > 220 ? 2 : 0),
                        0.4,
                        1,
                        new Budget(12, "1 per hour, scaled to a short run")),
                maker.resource(
                        ResourceNames.RSS,
                        "Resident memory",
                        "By",
                        false,
                        1,
                        t -> 310 * MIB + 22 * MIB * (1 - StrictMath.exp(-t / 140)),
                        0.5 * MIB,
                        4096,
                        new Budget(30 * MIB, "1 % of its level per hour")),
                maker.resource(
                        ResourceNames.GC_CPU_SHARE,
                        "GC share of CPU",
                        "1",
                        false,
                        1,
                        t -> 0.012,
                        0.004,
                        0,
                        new Budget(0.02, "2 points per hour")),
                maker.resource(
                        ResourceNames.LATENCY_P99,
                        "Latency p99",
                        "ms",
                        false,
                        1,
                        t -> 9.4,
                        0.8,
                        0,
                        new Budget(5, "5 ms per hour")));
        return maker.run(
                Verdict.PASS,
                "PASS: nothing grew faster than its budget in 10 minutes at 200 requests a second.",
                resources,
                List.of(),
                List.of("The live set was read every 10 s; each reading stopped the service for 14 ms on average."),
                "./evenkeel soak --duration 10m --rate 200");
    }

    /** Ten minutes with a descriptor leak. */
    static RunResult fail() {
        Maker maker = new Maker(600, 60, 2);
        List<ResourceResult> resources = List.of(
                maker.resource(
                        ResourceNames.OPEN_FDS,
                        "Open file descriptors",
                        "{fd}",
                        true,
                        1,
                        t -> 74 + t / 3600 * 360,
                        1.2,
                        1,
                        new Budget(12, "2 per hour, scaled to a short run")),
                maker.resource(
                        ResourceNames.HEAP_LIVE,
                        "Live heap",
                        "By",
                        true,
                        10,
                        t -> 61.2 * MIB + t / 3600 * 1.5 * MIB,
                        0.08 * MIB,
                        0,
                        new Budget(24 * MIB, "1 % of its level per hour, scaled to a short run")),
                maker.resource(
                        ResourceNames.THREADS,
                        "Threads",
                        "{thread}",
                        true,
                        1,
                        t -> 43,
                        0.4,
                        1,
                        new Budget(12, "1 per hour, scaled to a short run")),
                maker.resource(
                        ResourceNames.RSS,
                        "Resident memory",
                        "By",
                        false,
                        1,
                        t -> 310 * MIB + 22 * MIB * (1 - StrictMath.exp(-t / 140)),
                        0.5 * MIB,
                        4096,
                        new Budget(30 * MIB, "1 % of its level per hour")),
                maker.resource(
                        ResourceNames.GC_CPU_SHARE,
                        "GC share of CPU",
                        "1",
                        false,
                        1,
                        t -> 0.012,
                        0.004,
                        0,
                        new Budget(0.02, "2 points per hour")));
        List<Culprit> culprits = List.of(
                new Culprit(
                        ResourceNames.OPEN_FDS,
                        "/tmp/evenkeel-receipts/receipt-*.pdf",
                        "2 open at 01:00, 56 at 10:00, never fewer than the time before",
                        360,
                        0.94),
                new Culprit(ResourceNames.OPEN_FDS, "socket", "31 open at 01:00, 34 at 10:00", 20, 0.05));
        return maker.run(
                Verdict.FAIL,
                "FAIL: open file descriptors grow by about 358 per hour, 30 times the budget.",
                resources,
                culprits,
                List.of(
                        "The live set was read every 10 s; each reading stopped the service for 14 ms on average.",
                        "A limit of 1 024 descriptors would be reached after about 2 h 38 min."),
                "./evenkeel soak --duration 10m --rate 200 --plant fd");
    }

    /** Two minutes: too short for a noisy heap. */
    static RunResult inconclusive() {
        Maker maker = new Maker(120, 20, 3);
        List<ResourceResult> resources = List.of(
                maker.resource(
                        ResourceNames.HEAP_LIVE,
                        "Live heap",
                        "By",
                        true,
                        1,
                        t -> 61.2 * MIB + t / 3600 * 20 * MIB,
                        0.5 * MIB,
                        0,
                        new Budget(24 * MIB, "1 % of its level per hour, scaled to a short run")),
                maker.resource(
                        ResourceNames.OPEN_FDS,
                        "Open file descriptors",
                        "{fd}",
                        true,
                        1,
                        t -> 74,
                        0,
                        1,
                        new Budget(120, "2 per hour, scaled to a short run")),
                maker.resource(
                        ResourceNames.THREADS,
                        "Threads",
                        "{thread}",
                        true,
                        1,
                        t -> 43,
                        0,
                        1,
                        new Budget(120, "1 per hour, scaled to a short run")),
                maker.resource(
                        ResourceNames.CGROUP_MEMORY,
                        "Memory of the control group",
                        "By",
                        false,
                        60,
                        t -> 410 * MIB,
                        1 * MIB,
                        4096,
                        new Budget(30 * MIB, "1 % of its level per hour")));
        return maker.run(
                Verdict.INCONCLUSIVE,
                "INCONCLUSIVE: two minutes cannot tell whether the live heap stays within its budget.",
                resources,
                List.of(),
                List.of(
                        "A run of two minutes is judged by growth per operation; the hourly budget is shown beside it."),
                "./evenkeel soak --duration 2m --rate 200");
    }

    static final String NASTY =
            "</script><img src=x onerror=alert(1)> \"quoted\" & 'single' ]]> --> \u0000\u0007\u202Eabc \ud800 | `tick` *bold* \u2028 日本語 🚢\nsecond line";

    /** The passing run with hostile text wherever text comes from outside. */
    static RunResult nasty() {
        Maker maker = new Maker(600, 60, 1);
        ResourceResult fds = maker.resource(
                "open\"fds<",
                NASTY,
                "{" + NASTY + "}",
                true,
                1,
                t -> 74 + t / 3600 * 360,
                1.2,
                1,
                new Budget(12, NASTY));
        ResourceResult bad = new ResourceResult(
                fds.name(), fds.title(), fds.unit(), true, NASTY, fds.series(), fds.drift(), null, Double.NaN);
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(NASTY, NASTY);
        environment.put("path", "C:\\Users\\x".repeat(30));
        RunResult run = maker.run(
                Verdict.FAIL,
                NASTY,
                List.of(bad),
                List.of(new Culprit(bad.name(), NASTY, NASTY, Double.POSITIVE_INFINITY, Double.NaN)),
                List.of(NASTY, "a".repeat(900)),
                NASTY);
        List<Mark> marks = List.of(
                new Mark(100, 130, Mark.Kind.FAULT, NASTY),
                Mark.at(200, Mark.Kind.EVENT, NASTY),
                Mark.at(300, Mark.Kind.RESTART, ""));
        return new RunResult(
                run.schema(),
                run.verdict(),
                NASTY,
                true,
                NASTY,
                run.warmupSeconds(),
                run.durationSeconds(),
                NASTY,
                environment,
                run.load(),
                run.resources(),
                marks,
                run.culprits(),
                run.notes(),
                new Allocation(10, 9, 11, 1e6, 1, List.of(new AllocationSite(NASTY, 0.5, List.of(NASTY))), 10, NASTY));
    }

    /** A day at a reading a second, a fault every five minutes, eleven resources. */
    static RunResult day() {
        Maker maker = new Maker(86_400, 600, 4);
        List<ResourceResult> resources = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            int phase = i;
            resources.add(maker.resource(
                    "heap_" + i,
                    "Heap number " + (i + 1),
                    "By",
                    i < 3,
                    1,
                    t -> 512 * MIB + 40 * MIB * StrictMath.sin(t / 9000 + phase) + t / 3600 * phase * 0.2 * MIB,
                    9 * MIB,
                    0,
                    new Budget(5 * MIB, "1 % of its level per hour")));
        }
        return maker.run(
                resources.get(0).drift().verdict(),
                "A day at 200 requests a second.",
                resources,
                List.of(),
                List.of(),
                "./evenkeel soak --duration 24h");
    }

    interface Level {
        double at(double second);
    }

    /** Makes series and what goes with them from one seed. */
    static final class Maker {
        private final double duration;
        private final double warmup;
        private final SplittableRandom random;
        private final List<Mark> faults = new ArrayList<>();

        Maker(double duration, double warmup, long seed) {
            this.duration = duration;
            this.warmup = warmup;
            this.random = new SplittableRandom(seed);
            double every = Math.max(duration / 5, 300);
            for (double t = Math.min(150, duration * 0.55); t + 20 < duration; t += Math.min(every, 150)) {
                faults.add(new Mark(t, t + 15, Mark.Kind.FAULT, "slow upstream"));
                if (duration > 3600) {
                    t += 150;
                }
            }
        }

        ResourceResult resource(
                String name,
                String title,
                String unit,
                boolean deciding,
                double every,
                Level level,
                double noise,
                double step,
                Budget budget) {
            int n = (int) (duration / every);
            double[] seconds = new double[n];
            double[] values = new double[n];
            for (int i = 0; i < n; i++) {
                seconds[i] = i * every;
                double v = level.at(seconds[i])
                        + noise * (random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5) * 2;
                values[i] = step > 0 ? Math.rint(v / step) * step : v;
            }
            int from = 0;
            while (seconds[from] < warmup) {
                from++;
            }
            TimeSeries steady = TimeSeries.of(
                    java.util.Arrays.copyOfRange(seconds, from, n), java.util.Arrays.copyOfRange(values, from, n));
            // In a day each bucket is half an hour: faults every five minutes would leave none of them out of doubt.
            List<Mark> known = duration > 3600 ? List.of() : faults;
            DriftAnalysis.Options options = DriftAnalysis.Options.defaults();
            DriftResult drift = DriftAnalysis.of(steady, budget, known, options);
            @Nullable
            DriftResult hourly = deciding
                    ? DriftAnalysis.of(steady, new Budget(budget.perHour() / 6, "by the hour"), known, options)
                    : null;
            return new ResourceResult(
                    name,
                    title,
                    unit,
                    deciding,
                    deciding ? "Its growth ends a service sooner or later." : "Moves for reasons other than leaks.",
                    TimeSeries.of(seconds, values),
                    drift,
                    hourly,
                    drift.slopePerHour() / 0.72);
        }

        RunResult run(
                Verdict verdict,
                String headline,
                List<ResourceResult> resources,
                List<Culprit> culprits,
                List<String> notes,
                String command) {
            int n = (int) duration;
            double[] seconds = new double[n];
            double[] rate = new double[n];
            double[] p99 = new double[n];
            for (int i = 0; i < n; i++) {
                seconds[i] = i + 0.5;
                boolean slow = false;
                for (Mark f : faults) {
                    slow |= i >= f.fromSecond() && i < f.toSecond();
                }
                rate[i] = 200 + Math.rint(6 * (random.nextDouble() - 0.5)) - (slow ? 31 : 0);
                p99[i] = i % 97 == 96
                        ? Double.NaN
                        : (slow ? 480 : 8) * (0.8 + 0.5 * random.nextDouble()) + (i < 20 ? 90 - 4 * i : 0);
            }
            LoadSummary load = new LoadSummary(
                    200,
                    199.6,
                    120_000,
                    119_760,
                    119_100,
                    612,
                    48,
                    340,
                    new LoadSummary.Quantiles(2.31, 5.8, 41.2, 512.4, 911.0),
                    new LoadSummary.Quantiles(2.29, 5.2, 12.9, 488.1, 640.2),
                    0.42,
                    seconds,
                    rate,
                    p99);
            List<Mark> marks = new ArrayList<>(faults);
            for (double t = 10; t < duration; t += 10) {
                marks.add(new Mark(t, t + 0.02, Mark.Kind.EVENT, "live-set pause"));
            }
            Map<String, String> environment = new LinkedHashMap<>();
            environment.put("Java", "OpenJDK 17.0.15, G1, 512 MiB heap");
            environment.put("Machine", "2 processors, 24 GiB, Linux 6.1 amd64");
            environment.put("Descriptor limit", "1 048 576");
            environment.put("Evenkeel", "0.1.0");
            return new RunResult(
                    RunResult.SCHEMA,
                    verdict,
                    headline,
                    false,
                    "2026-03-01T09:30:00Z",
                    warmup,
                    duration,
                    command,
                    environment,
                    load,
                    resources,
                    marks,
                    culprits,
                    notes,
                    verdict == Verdict.INCONCLUSIVE ? Allocation.UNKNOWN : allocation(verdict == Verdict.PASS));
        }

        private static Allocation allocation(boolean sites) {
            return new Allocation(
                    13_640.5,
                    13_410,
                    13_871,
                    2_728_100,
                    108_000,
                    sites
                            ? List.of(
                                    new AllocationSite(
                                            "byte[]",
                                            0.413,
                                            List.of(
                                                    "dev.evenkeel.payments.PaymentJson.parse:88",
                                                    "dev.evenkeel.payments.PaymentHandler.handle:131",
                                                    "com.sun.net.httpserver.Filter$Chain.doFilter:95")),
                                    new AllocationSite(
                                            "java.lang.String",
                                            0.207,
                                            List.of("dev.evenkeel.payments.Ledger.insert:140")),
                                    new AllocationSite("char[]", 0.004, List.of()))
                            : List.of(),
                    sites ? 10 : 0,
                    sites ? "" : "Where it allocates is not known: jcmd JFR.start said: nothing for a long time.");
        }
    }
}
