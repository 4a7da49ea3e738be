package dev.evenkeel.soak;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * The append-only record of a run: {@code samples.csv}, one row per sample, on disk before the next.
 *
 * <p>For people and their tools; the harness itself reads only {@link RunLog}. The first line is {@code # evenkeel samples,
 * schema 2}, the second names the columns. Decimal
 * points whatever the locale; a cell is empty where there was no reading. Rows reach the operating
 * system one by one, so a killed harness loses at most the row it was writing. One thread.
 */
final class SampleLog implements AutoCloseable {
    static final String FILE = "samples.csv";
    static final String SCHEMA_LINE = "# evenkeel samples, schema 2";

    /** Columns after the fixed ones, in order. */
    static final List<String> RESOURCES = List.of(
            ResourceNames.HEAP_LIVE,
            ResourceNames.THREADS,
            ResourceNames.OPEN_FDS,
            ResourceNames.RSS,
            ResourceNames.CGROUP_MEMORY,
            ResourceNames.GC_CPU_SHARE,
            ResourceNames.HEAP_AFTER_GC,
            ResourceNames.POOL_QUEUE,
            ResourceNames.LATENCY_P99,
            ResourceNames.DIRECT_MEMORY,
            ResourceNames.LOADED_CLASSES,
            ResourceNames.HARNESS_CPU,
            ResourceNames.HARNESS_LOAD_CPU,
            ResourceNames.HARNESS_RSS,
            ResourceNames.HARNESS_THREADS,
            ResourceNames.HARNESS_FDS);

    private static final String FIXED =
            "second,epoch_millis,phase,event,incarnation,due,completed,succeeded,shed,failed,excluded";

    private final BufferedWriter out;

    private SampleLog(BufferedWriter out) {
        this.out = out;
    }

    /**
     * Starts a new log.
     *
     * @throws IOException when the file exists already or cannot be written
     */
    static SampleLog create(Path file) throws IOException {
        BufferedWriter out = Files.newBufferedWriter(
                file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        out.write(SCHEMA_LINE + "\n" + FIXED + "," + String.join(",", RESOURCES) + "\n");
        out.flush();
        return new SampleLog(out);
    }

    /** Goes on with a log that {@link #create} began. */
    static SampleLog append(Path file) throws IOException {
        return new SampleLog(Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND));
    }

    /** Writes one row and flushes it. */
    void append(SampleRow row) throws IOException {
        StringBuilder s = new StringBuilder(160);
        s.append(String.format(Locale.ROOT, "%.3f", row.second()));
        s.append(',').append(row.epochMillis());
        s.append(',').append(row.phase());
        s.append(',').append(row.event());
        s.append(',').append(row.incarnation());
        s.append(',').append(row.due());
        s.append(',').append(row.completed());
        s.append(',').append(row.succeeded());
        s.append(',').append(row.shed());
        s.append(',').append(row.failed());
        s.append(',').append(row.excluded());
        for (String resource : RESOURCES) {
            s.append(',').append(cell(row.values().getOrDefault(resource, Double.NaN)));
        }
        out.append(s).append('\n');
        out.flush();
    }

    private static String cell(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        return Double.toString(value);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
