package dev.evenkeel.cli.bench;

import dev.evenkeel.cli.bench.BenchCase.Entry;
import dev.evenkeel.cli.bench.BenchCase.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a suite measures: its cases, and in each case our library, its peers and the floors nobody can go under. */
enum BenchSuite {
    COUNTERS(List.of(
            BenchCase.recording(
                    "bound increment",
                    List.of(
                            Entry.floor("empty benchmark", "FloorBenchmark.empty"),
                            Entry.floor("own cell", "FloorBenchmark.ownCell"),
                            Entry.floor(
                                    "field of the thread",
                                    "FloorBenchmark.threadField",
                                    "-Djmh.executor=CUSTOM",
                                    "-Djmh.executor.class=dev.evenkeel.metrics.FloorBenchmark$CellThreads"),
                            Library.ATOMIC_LONG.peer("bound"),
                            Library.LONG_ADDER.peer("bound"),
                            Library.JCTOOLS.peer("bound"),
                            Library.MICROMETER.peer("bound"),
                            Library.MICROMETER_PROMETHEUS.peer("bound"),
                            Library.CLIENT_JAVA.peer("bound"),
                            Library.SIMPLECLIENT.peer("bound"),
                            Library.OPENTELEMETRY.peer("bound"),
                            Library.DROPWIZARD.peer("bound"),
                            Library.SPECTATOR.peer("bound"),
                            Entry.ours("EvenkeelBenchmark.bound")),
                    Goal.overLibrary("LongAdder", 0.30).threads(1, 1),
                    Goal.overBestPeer(0.35).threads(2, 32),
                    Goal.regimeCheck(0.15),
                    Goal.bytesPerOp(0)),
            BenchCase.recording(
                    "two-label lookup + increment",
                    List.of(
                            Entry.floor("the keys alone", "FloorBenchmark.keys"),
                            Library.LONG_ADDER_MAP.reference("lookup"),
                            Library.MICROMETER.peer("lookup"),
                            Library.MICROMETER_PROMETHEUS.peer("lookup"),
                            Library.CLIENT_JAVA.peer("lookup"),
                            Library.SIMPLECLIENT.peer("lookup"),
                            Library.OPENTELEMETRY.peer("lookup"),
                            Library.DROPWIZARD.peer("lookup"),
                            Library.SPECTATOR.peer("lookup"),
                            Entry.ours("EvenkeelBenchmark.lookup")),
                    Goal.overBestPeer(0.33),
                    Goal.overLibrary(Library.LONG_ADDER_MAP.title, 1.0),
                    Goal.bytesPerOp(0)),
            BenchCase.recording(
                    "over-limit lookup + increment",
                    List.of(
                            Library.MICROMETER.peer("overLimit"),
                            Library.OPENTELEMETRY.peer("overLimit"),
                            Entry.ours("EvenkeelBenchmark.overLimit")),
                    Goal.overCase("two-label lookup + increment", 1.2),
                    Goal.bytesPerOp(0)),
            BenchCase.recording(
                    "four counters in one operation",
                    List.of(
                            Library.ATOMIC_LONG.peer("four"),
                            Library.LONG_ADDER.peer("four"),
                            Library.JCTOOLS.peer("four"),
                            Library.MICROMETER.peer("four"),
                            Library.MICROMETER_PROMETHEUS.peer("four"),
                            Library.CLIENT_JAVA.peer("four"),
                            Library.SIMPLECLIENT.peer("four"),
                            Library.OPENTELEMETRY.peer("four"),
                            Library.DROPWIZARD.peer("four"),
                            Library.SPECTATOR.peer("four"),
                            Entry.ours("EvenkeelBenchmark.four")),
                    Goal.overLibrary("LongAdder", 0.6),
                    Goal.bytesPerOp(0)),
            BenchCase.paired(
                    "bound increment beside a 10 Hz collect of 10 000 series",
                    List.of(Entry.ours("CollectBesideBenchmark.increment")),
                    Goal.pairedUpperBound(1.10)),
            BenchCase.virtual(
                    "bound increment on virtual threads",
                    10_000,
                    "no counter",
                    List.of(
                            Entry.floor("no counter", "FloorBenchmark.virtualThreads"),
                            Library.ATOMIC_LONG.peer("virtualThreads"),
                            Library.LONG_ADDER.peer("virtualThreads"),
                            Library.JCTOOLS.peer("virtualThreads"),
                            Library.MICROMETER.peer("virtualThreads"),
                            Library.MICROMETER_PROMETHEUS.peer("virtualThreads"),
                            Library.CLIENT_JAVA.peer("virtualThreads"),
                            Library.SIMPLECLIENT.peer("virtualThreads"),
                            Library.OPENTELEMETRY.peer("virtualThreads"),
                            Library.DROPWIZARD.peer("virtualThreads"),
                            Library.SPECTATOR.peer("virtualThreads"),
                            Entry.ours("EvenkeelBenchmark.virtualThreads")),
                    Goal.overLibrary("LongAdder", 1.0)),
            BenchCase.weighing("bytes per labelled series", 1, weighed(), Goal.bytesPerSeries(100)),
            BenchCase.weighing("bytes per labelled series", 9, weighed()))),

    COLLECT(List.of(
            BenchCase.collecting("collect of 10 000 series", 10_000, collected()),
            BenchCase.collecting("collect of 100 000 series", 100_000, collected()))),

    LATENCY(List.of(
            BenchCase.recording(
                    "record, 2 digits",
                    List.of(
                            Entry.floor("next value only", "LatencyBenchmark.nextValue"),
                            Entry.floor("HdrHistogram Histogram per thread", "LatencyBenchmark.unshared2"),
                            Entry.floor(
                                    "HdrHistogram SingleWriterRecorder per thread",
                                    "LatencyBenchmark.singleWriterRecorder2"),
                            Latency.HDR_RECORDER.peer("recorder2"),
                            Latency.HDR_CONCURRENT.peer("concurrent2"),
                            Latency.MICROMETER.reference("plain"),
                            Latency.MICROMETER_HISTOGRAM.peer("histogram"),
                            Latency.MICROMETER_PERCENTILES.peer("percentiles"),
                            Latency.CLIENT_JAVA_CLASSIC.peer("classic"),
                            Latency.CLIENT_JAVA_NATIVE.peer("nativeBuckets"),
                            Latency.CLIENT_JAVA_SUMMARY.peer("summary"),
                            Latency.SIMPLECLIENT.peer("histogram"),
                            Latency.OPENTELEMETRY_EXPLICIT.peer("explicit"),
                            Latency.OPENTELEMETRY_EXPONENTIAL.peer("exponential"),
                            Latency.DROPWIZARD.peer("reservoir"),
                            Latency.SPECTATOR.reference("plain"),
                            Latency.SPECTATOR_PERCENTILES.peer("percentiles"),
                            Entry.ours("EvenkeelLatencyBenchmark.timer2")),
                    Goal.overLibrary(Latency.HDR_RECORDER.title, 0.45).threads(1, 1),
                    Goal.overLibrary(Latency.HDR_RECORDER.title, 0.35).threads(1, 1),
                    Goal.overBestPeer(0.12).threads(2, 32),
                    Goal.bytesPerOp(0)),
            BenchCase.recording(
                    "record, 3 digits",
                    List.of(
                            Entry.floor("HdrHistogram Histogram per thread", "LatencyBenchmark.unshared3"),
                            Entry.floor(
                                    "HdrHistogram SingleWriterRecorder per thread",
                                    "LatencyBenchmark.singleWriterRecorder3"),
                            Latency.HDR_RECORDER.peer("recorder3"),
                            Latency.HDR_CONCURRENT.peer("concurrent3"),
                            Entry.ours("EvenkeelLatencyBenchmark.timer3")),
                    Goal.overLibrary(Latency.HDR_RECORDER.title, 0.45).threads(1, 1),
                    Goal.overLibrary(Latency.HDR_RECORDER.title, 0.35).threads(1, 1),
                    Goal.overBestPeer(0.12).threads(2, 32),
                    Goal.bytesPerOp(0)),
            BenchCase.timing(
                    "timed section of nothing",
                    "System.nanoTime, twice",
                    List.of(
                            Entry.floor("System.nanoTime, twice", "LatencyBenchmark.clockTwice"),
                            Latency.HDR_RECORDER.peer("timed"),
                            Latency.MICROMETER_HISTOGRAM.peer("timed"),
                            Latency.CLIENT_JAVA_CLASSIC.peer("timed"),
                            Latency.SIMPLECLIENT.peer("timed"),
                            Latency.OPENTELEMETRY_EXPLICIT.peer("timed"),
                            Latency.DROPWIZARD.peer("timed"),
                            Latency.SPECTATOR_PERCENTILES.peer("timed"),
                            Entry.ours("EvenkeelLatencyBenchmark.timed")),
                    Goal.overLibrary(Latency.HDR_RECORDER.title, 0.45).threads(1, 1),
                    Goal.shareOverBaseline(0.25),
                    Goal.bytesPerOp(0)),
            BenchCase.paired(
                    "record beside a 10 Hz reader of 1 000 timers and a window",
                    List.of(Entry.ours("LatencyBesideBenchmark.record")),
                    Goal.pairedUpperBound(1.10)),
            BenchCase.weighing("bytes per latency series, 100 values a thread", 1, weighedLatencies()),
            BenchCase.weighing("bytes per latency series, 100 values a thread", 8, weighedLatencies()))),

    SAMPLING(List.of(
            BenchCase.sampling(
                    "full sample, 200 threads, 1 000 descriptors",
                    List.of(
                            sampler("Micrometer, six binders", "MicrometerSamplingBenchmark.full", "micrometer"),
                            sampler("client_java JvmMetrics", "ClientJavaSamplingBenchmark.full", "client-java-jvm"),
                            sampler(
                                    "OpenTelemetry runtime-telemetry",
                                    "OpenTelemetrySamplingBenchmark.full",
                                    "opentelemetry-runtime"),
                            Entry.ours("EvenkeelSamplingBenchmark.full")),
                    Goal.percentOfAProcessor(0.1)),
            BenchCase.sampling(
                    "sample of the control group",
                    List.of(Entry.ours("EvenkeelSamplingBenchmark.cgroup")),
                    // No goal of 0 bytes here: JMH's own 0.1 MB an iteration is not spread over enough samples.
                    // CgroupTest has it.
                    Goal.microsPerOp(50)))),

    SCRAPE(ScrapeCases.all());

    private final List<BenchCase> cases;

    BenchSuite(List<BenchCase> cases) {
        this.cases = cases;
    }

    List<BenchCase> cases() {
        return cases;
    }

    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The cases whose name contains one of the texts; all of them without any.
     *
     * @throws IllegalArgumentException when a text is in no name
     */
    List<BenchCase> cases(List<String> texts) {
        List<BenchCase> chosen = new ArrayList<>();
        for (String text : texts) {
            if (cases.stream().noneMatch(each -> each.name().contains(text))) {
                throw new IllegalArgumentException("No case of " + title() + " has \"" + text
                        + "\" in its name. There are: "
                        + cases.stream().map(BenchCase::name).distinct().collect(Collectors.joining("; ")) + ".");
            }
        }
        for (BenchCase each : cases) {
            if (texts.isEmpty() || texts.stream().anyMatch(each.name()::contains)) {
                chosen.add(each);
            }
        }
        return chosen;
    }

    static BenchSuite named(String name) {
        for (BenchSuite suite : values()) {
            if (suite.title().equals(name)) {
                return suite;
            }
        }
        throw new IllegalArgumentException("There is no benchmark suite \"" + name + "\". Choose one of: "
                + Arrays.stream(values()).map(BenchSuite::title).collect(Collectors.joining(", ")) + ".");
    }

    private static Entry sampler(String library, String benchmark, String classPath) {
        return new Entry(library, Role.PEER, benchmark, classPath, List.of());
    }

    private static List<Entry> weighed() {
        return libraries("");
    }

    private static List<Entry> collected() {
        return libraries("collectAll");
    }

    /** Ours and every metrics library, and the JDK's map as the least that can be done. */
    private static List<Entry> libraries(String method) {
        return List.of(
                Library.LONG_ADDER_MAP.reference(method),
                Library.MICROMETER.peer(method),
                Library.MICROMETER_PROMETHEUS.peer(method),
                Library.CLIENT_JAVA.peer(method),
                Library.SIMPLECLIENT.peer(method),
                Library.OPENTELEMETRY.peer(method),
                Library.DROPWIZARD.peer(method),
                Library.SPECTATOR.peer(method),
                Entry.ours(method.isEmpty() ? "EvenkeelBenchmark" : "EvenkeelBenchmark." + method));
    }

    /** Every library that keeps quantiles or buckets; HdrHistogram's at 2 digits, as ours. */
    private static List<Entry> weighedLatencies() {
        return List.of(
                Latency.HDR_RECORDER.peer("recorder2"),
                Latency.HDR_CONCURRENT.peer("concurrent2"),
                Latency.MICROMETER_HISTOGRAM.peer("histogram"),
                Latency.MICROMETER_PERCENTILES.peer("percentiles"),
                Latency.CLIENT_JAVA_CLASSIC.peer("classic"),
                Latency.CLIENT_JAVA_NATIVE.peer("nativeBuckets"),
                Latency.CLIENT_JAVA_SUMMARY.peer("summary"),
                Latency.SIMPLECLIENT.peer("histogram"),
                Latency.OPENTELEMETRY_EXPLICIT.peer("explicit"),
                Latency.OPENTELEMETRY_EXPONENTIAL.peer("exponential"),
                Latency.DROPWIZARD.peer("reservoir"),
                Latency.SPECTATOR_PERCENTILES.peer("percentiles"),
                Entry.ours("EvenkeelLatencyBenchmark.timer2"));
    }

    /** What we stand beside: the name in the tables, the benchmark class, and the file that lists its jars. */
    private enum Library {
        ATOMIC_LONG("AtomicLong", "AtomicLongBenchmark", Entry.OWN),
        LONG_ADDER("LongAdder", "LongAdderBenchmark", Entry.OWN),
        LONG_ADDER_MAP("ConcurrentHashMap + LongAdder", "LongAdderBenchmark", Entry.OWN),
        JCTOOLS("JCTools, 8 stripes", "JctoolsBenchmark", "jctools"),
        MICROMETER("Micrometer simple", "MicrometerBenchmark", "micrometer"),
        MICROMETER_PROMETHEUS("Micrometer Prometheus", "MicrometerPrometheusBenchmark", "micrometer-prometheus"),
        CLIENT_JAVA("client_java", "ClientJavaBenchmark", "client-java"),
        SIMPLECLIENT("simpleclient", "SimpleclientBenchmark", "simpleclient"),
        OPENTELEMETRY("OpenTelemetry SDK", "OpenTelemetryBenchmark", "opentelemetry"),
        DROPWIZARD("Dropwizard", "DropwizardBenchmark", "dropwizard"),
        SPECTATOR("Spectator", "SpectatorBenchmark", "spectator");

        final String title;
        private final String benchmark;
        private final String classPath;

        Library(String title, String benchmark, String classPath) {
            this.title = title;
            this.benchmark = benchmark;
            this.classPath = classPath;
        }

        Entry peer(String method) {
            return entry(Role.PEER, method);
        }

        Entry reference(String method) {
            return entry(Role.REFERENCE, method);
        }

        private Entry entry(Role role, String method) {
            return new Entry(
                    title, role, method.isEmpty() ? benchmark : benchmark + "." + method, classPath, List.of());
        }
    }

    /** What our timers stand beside: a library in one of its ways to record a latency. */
    private enum Latency {
        HDR_RECORDER("HdrHistogram Recorder", "LatencyBenchmark", Entry.OWN),
        HDR_CONCURRENT("HdrHistogram ConcurrentHistogram", "LatencyBenchmark", Entry.OWN),
        MICROMETER("Micrometer Timer, no buckets", "MicrometerLatencyBenchmark", "micrometer"),
        MICROMETER_HISTOGRAM("Micrometer Timer, histogram", "MicrometerLatencyBenchmark", "micrometer"),
        MICROMETER_PERCENTILES("Micrometer Timer, percentiles", "MicrometerLatencyBenchmark", "micrometer"),
        CLIENT_JAVA_CLASSIC("client_java Histogram, classic", "ClientJavaLatencyBenchmark", "client-java"),
        CLIENT_JAVA_NATIVE("client_java Histogram, native", "ClientJavaLatencyBenchmark", "client-java"),
        CLIENT_JAVA_SUMMARY("client_java Summary", "ClientJavaLatencyBenchmark", "client-java"),
        SIMPLECLIENT("simpleclient Histogram", "SimpleclientLatencyBenchmark", "simpleclient"),
        OPENTELEMETRY_EXPLICIT("OpenTelemetry Histogram, explicit", "OpenTelemetryLatencyBenchmark", "opentelemetry"),
        OPENTELEMETRY_EXPONENTIAL(
                "OpenTelemetry Histogram, exponential", "OpenTelemetryLatencyBenchmark", "opentelemetry"),
        DROPWIZARD("Dropwizard Timer", "DropwizardLatencyBenchmark", "dropwizard"),
        SPECTATOR("Spectator Timer, no buckets", "SpectatorLatencyBenchmark", "spectator"),
        SPECTATOR_PERCENTILES("Spectator PercentileTimer", "SpectatorLatencyBenchmark", "spectator");

        final String title;
        private final String benchmark;
        private final String classPath;

        Latency(String title, String benchmark, String classPath) {
            this.title = title;
            this.benchmark = benchmark;
            this.classPath = classPath;
        }

        /** One that gives quantiles or buckets to a reader. */
        Entry peer(String way) {
            return new Entry(title, Role.PEER, benchmark + "." + way, classPath, List.of());
        }

        /** One that does not. */
        Entry reference(String way) {
            return new Entry(title, Role.REFERENCE, benchmark + "." + way, classPath, List.of());
        }
    }
}
