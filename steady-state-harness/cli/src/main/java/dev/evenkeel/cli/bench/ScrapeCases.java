package dev.evenkeel.cli.bench;

import dev.evenkeel.cli.bench.BenchCase.Entry;
import dev.evenkeel.cli.bench.BenchCase.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * What is measured of the exporters: pages of Prometheus beside those of other libraries, OTLP messages beside the SDK's, and how
 * often a recorder stands still meanwhile. Eight threads have recorded into every series before.
 */
final class ScrapeCases {
    private static final String COUNTERS = "counters";
    private static final String HISTOGRAMS = "histograms";
    private static final String CLIENT_JAVA = "client_java";
    private static final String AFTER_RECORDS = "evenkeel, recorded to between pages";
    private static final String ALL_RECORDED = "evenkeel, recorded to by all threads between pages";
    private static final int SMALL = 10_000;

    private ScrapeCases() {}

    static List<BenchCase> all() {
        List<BenchCase> cases = new ArrayList<>();
        for (int series : List.of(SMALL, 10 * SMALL)) {
            cases.add(BenchCase.scraping(
                    warm(series, COUNTERS),
                    series,
                    COUNTERS,
                    formats(series == SMALL, List.of()),
                    Goal.overLibrary(CLIENT_JAVA, 0.05),
                    Goal.allocatedPerSeries(0.1)));
            cases.add(BenchCase.scraping(
                    "first page of " + words(series, COUNTERS),
                    series,
                    COUNTERS,
                    firsts(
                            series == SMALL,
                            Entry.floor("names and labels, copied once", "EvenkeelScrapeBenchmark.heads"),
                            ours("first")),
                    Goal.overCase(warm(series, COUNTERS), 3)));
        }
        for (int series : List.of(1_000, 10_000)) {
            cases.add(BenchCase.scraping(
                    warm(series, HISTOGRAMS),
                    series,
                    HISTOGRAMS,
                    formats(series < SMALL, List.of(reference(ALL_RECORDED, "textAfterAllRecorded"))),
                    // No goal of bytes here: JMH's own are not spread over enough series. PrometheusTextWriterTest has
                    // it.
                    Goal.overLibrary(CLIENT_JAVA, 0.3)));
            cases.add(BenchCase.scraping(
                    "first page of " + words(series, HISTOGRAMS),
                    series,
                    HISTOGRAMS,
                    firsts(
                            series < SMALL,
                            Entry.floor("all cells, added up", "CellsBenchmark.addUp"),
                            reference("evenkeel, the registry was read before", "first"),
                            ours("firstAfterAllRecorded")),
                    Goal.overCase(warm(series, HISTOGRAMS), 3),
                    Goal.overRowOfCase(warm(series, HISTOGRAMS), ALL_RECORDED, 3)));
        }
        cases.add(BenchCase.starting("first page of a process, 10 000 counters", 10_000, COUNTERS, text()));
        cases.add(BenchCase.starting("first page of a process, 1 000 histograms", 1_000, HISTOGRAMS, text()));
        cases.add(encoding(10_000, COUNTERS));
        cases.add(encoding(1_000, HISTOGRAMS));
        cases.add(encoding(
                "OTLP message of 1 000 histograms, each recorded to", 1_000, HISTOGRAMS, "messageAfterRecords"));
        cases.add(BenchCase.stalling(
                "stalls of a recorder beside scrapes without a pause",
                List.of(Entry.ours("WriterStalls")),
                Goal.stallsUpperBound(1.10)));
        return List.copyOf(cases);
    }

    private static String warm(int series, String instruments) {
        return "page of " + words(series, instruments);
    }

    private static String words(int series, String instruments) {
        return series / 1000 + " 000 " + instruments;
    }

    private static BenchCase encoding(int series, String instruments) {
        return encoding("OTLP message of " + words(series, instruments), series, instruments, "message");
    }

    private static BenchCase encoding(String name, int series, String instruments, String method) {
        return BenchCase.encoding(
                name,
                series,
                instruments,
                List.of(
                        new Entry(
                                "OpenTelemetry SDK",
                                Role.PEER,
                                "OpenTelemetryEncodeBenchmark." + method,
                                Entry.OWN,
                                List.of()),
                        Entry.ours("EvenkeelEncodeBenchmark." + method)),
                Goal.overLibrary("OpenTelemetry SDK", 1));
    }

    /** Text from everybody, and our other formats where that is asked for. */
    private static List<Entry> formats(boolean others, List<Entry> more) {
        List<Entry> entries = new ArrayList<>(text());
        entries.add(reference(AFTER_RECORDS, "textAfterRecords"));
        entries.addAll(more);
        if (others) {
            entries.add(reference("evenkeel, OpenMetrics", "openMetrics"));
            entries.add(reference("evenkeel, protobuf", "protobuf"));
        }
        return entries;
    }

    /** First pages, with the floor where that is asked for. */
    private static List<Entry> firsts(boolean withFloor, Entry floor, Entry... ours) {
        List<Entry> entries = new ArrayList<>();
        if (withFloor) {
            entries.add(floor);
        }
        entries.add(peer(CLIENT_JAVA, "ClientJavaScrapeBenchmark.first", "client-java"));
        entries.addAll(List.of(ours));
        return entries;
    }

    private static List<Entry> text() {
        return List.of(
                peer(CLIENT_JAVA, "ClientJavaScrapeBenchmark.text", "client-java"),
                peer("Micrometer Prometheus", "MicrometerScrapeBenchmark.text", "micrometer-prometheus"),
                peer("simpleclient", "SimpleclientScrapeBenchmark.text", "simpleclient"),
                ours("text"));
    }

    private static Entry ours(String method) {
        return Entry.ours("EvenkeelScrapeBenchmark." + method);
    }

    private static Entry reference(String name, String method) {
        return new Entry(name, Role.REFERENCE, "EvenkeelScrapeBenchmark." + method, Entry.OWN, List.of());
    }

    private static Entry peer(String library, String benchmark, String classPath) {
        return new Entry(library, Role.PEER, benchmark, classPath, List.of());
    }
}
