package dev.evenkeel.soak;

import dev.evenkeel.soak.load.LoadInterval;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * A run read back from its directory, whole or cut off in the middle of a line. Immutable to callers; one thread.
 */
public final class StoredRun {
    private static final int SUM_LENGTH = 9;

    private final Path dir;
    private final RunRecord record;

    private StoredRun(Path dir, RunRecord record) {
        this.dir = dir;
        this.record = record;
    }

    /**
     * Reads the log of a run.
     *
     * @param dir the directory that the run wrote to
     * @throws UnfitException when there is no run, or nothing of it can be used
     * @throws IOException when the log cannot be read
     */
    public static StoredRun read(Path dir) throws UnfitException, IOException {
        Path file = dir.resolve(RunLog.FILE);
        RunRecord record = null;
        int damaged = 0;
        boolean lastDamaged = false;
        try (BufferedReader lines = open(file)) {
            String first = lines.readLine();
            if (!RunLog.SCHEMA_LINE.equals(first)) {
                throw new UnfitException(file + " begins with \"" + cut(first) + "\" and not with \"" + RunLog.SCHEMA_LINE
                        + "\": it is no log of a run, or of a later release. Judge it with the release that wrote it.");
            }
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    continue;
                }
                RunEntry entry = entry(line);
                if (lastDamaged && entry instanceof RunEntry.Resumed) {
                    damaged--; // half a line, at which a killed harness had stopped
                }
                lastDamaged = entry == null;
                if (entry == null) {
                    damaged++;
                    continue;
                }
                if (record == null) {
                    if (!(entry instanceof RunEntry.Began began)) {
                        break;
                    }
                    record = new RunRecord(began.plan());
                }
                record.add(entry);
            }
        }
        if (record == null) {
            throw new UnfitException(
                    file + " does not say what was run: its first entry is missing or damaged. Nothing can be judged.");
        }
        record.recovered(damaged, lastDamaged);
        return new StoredRun(dir, record);
    }

    private static BufferedReader open(Path file) throws UnfitException, IOException {
        try {
            // Bytes that are no UTF-8 become replacement characters, which their checksum then refuses.
            return new BufferedReader(
                    new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8), 1 << 16);
        } catch (NoSuchFileException e) {
            throw new UnfitException(
                    file + " is not there, so there is no run to read. Give the directory that a soak wrote with --out.", e);
        }
    }

    private static String cut(@Nullable String line) {
        String s = line == null ? "" : line;
        return s.length() > 60 ? s.substring(0, 60) + "..." : s;
    }

    /** Null when the line is damaged. */
    private static @Nullable RunEntry entry(String line) {
        if (line.length() <= SUM_LENGTH || line.charAt(SUM_LENGTH - 1) != ' ') {
            return null;
        }
        String body = line.substring(SUM_LENGTH);
        if (!line.startsWith(RunLog.checksum(body.getBytes(StandardCharsets.UTF_8)))) {
            return null;
        }
        try {
            return EntryText.read(body);
        } catch (DataFormatException e) {
            return null;
        }
    }

    /** Where it was read from. */
    public Path directory() {
        return dir;
    }

    /** The plan it was started with. */
    public SoakPlan plan() {
        return record.plan;
    }

    /** Whether it ran to its end, whatever the verdict. */
    public boolean complete() {
        return record.ending != null
                && record.ending != RunEntry.Ending.STOPPED
                && record.ending != RunEntry.Ending.LOG_FAILED;
    }

    /** Planned seconds that were not run yet; 0 when it is complete. */
    public double secondsLeft() {
        return complete() ? 0 : Math.max(0, record.totalSeconds - record.endSecond);
    }

    /** The verdict: the same as that of the run, to the digit, when it ended by itself. */
    public RunResult judge() {
        return Judge.judge(record);
    }

    /** Writes {@code samples.csv} again from the log, in place of one that was lost or cut off. */
    public void writeSamples() throws IOException {
        Path file = dir.resolve(SampleLog.FILE);
        Path half = dir.resolve(SampleLog.FILE + ".tmp");
        Files.deleteIfExists(half);
        try (SampleLog log = SampleLog.create(half)) {
            for (SampleRow row : csvRows()) {
                log.append(row);
            }
        }
        Files.move(half, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * One sample.
     *
     * @param second seconds since the first request
     * @param steady whether it was judged
     * @param fault whether a fault or the recovery from one was on
     * @param load what happened since the sample before
     * @param values readings by resource name
     */
    public record Row(
            double second,
            long epochMillis,
            boolean steady,
            boolean fault,
            LoadInterval load,
            Map<String, Double> values) {}

    /**
     * Reads all samples once more, in the order they were taken. None is kept: the histograms of a day would fill some
     * gigabytes.
     *
     * @throws IOException when the log cannot be read any more
     */
    public void forEachRow(Consumer<Row> consumer) throws IOException {
        forEachSample(s -> consumer.accept(new Row(
                s.to(),
                s.epochMillis(),
                s.steady(),
                s.disturbed(),
                s.load(),
                Collections.unmodifiableMap(s.values()))));
    }

    private List<SampleRow> csvRows() throws IOException {
        List<SampleRow> rows = new ArrayList<>();
        forEachSample(sample -> rows.add(SampleRow.of(sample)));
        return rows;
    }

    void forEachSample(Consumer<RunEntry.Sample> consumer) throws IOException {
        try (BufferedReader lines = open(dir.resolve(RunLog.FILE))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (entry(line) instanceof RunEntry.Sample sample) {
                    consumer.accept(sample);
                }
            }
        } catch (UnfitException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    RunRecord record() {
        return record;
    }
}
