package dev.evenkeel.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Takes in what happens in a run: into the log first, then into the record that is judged, and samples into {@code
 * samples.csv} as well. When the disk does not take it any more, the record goes on without it. One thread.
 */
final class RunRecorder implements AutoCloseable {
    final RunRecord run;
    private final RunLog log;
    private final SampleLog csv;
    private String failure = "";

    RunRecorder(RunRecord run, RunLog log, SampleLog csv) {
        this.run = run;
        this.log = log;
        this.csv = csv;
    }

    /** Starts both files in a directory, which must not hold those of another run. */
    static RunRecorder create(RunRecord run, Path dir) throws IOException {
        Files.createDirectories(dir);
        RunLog log = RunLog.create(dir.resolve(RunLog.FILE));
        try {
            return new RunRecorder(run, log, SampleLog.create(dir.resolve(SampleLog.FILE)));
        } catch (IOException e) {
            log.close();
            Files.delete(dir.resolve(RunLog.FILE));
            throw e;
        }
    }

    /** Goes on with both files. */
    static RunRecorder append(StoredRun stored) throws IOException {
        stored.writeSamples(); // the last row may be half there
        return new RunRecorder(
                stored.record(),
                RunLog.append(stored.directory().resolve(RunLog.FILE)),
                SampleLog.append(stored.directory().resolve(SampleLog.FILE)));
    }

    void add(RunEntry entry) {
        run.add(entry);
        if (!failure.isEmpty()) {
            return;
        }
        try {
            log.write(entry);
            if (entry instanceof RunEntry.Sample sample) {
                csv.append(SampleRow.of(sample));
            }
        } catch (IOException e) {
            failure = "The samples could not be written any more after " + Amounts.duration(run.endSecond) + " ("
                    + e.getMessage()
                    + "), so the run ended there. Free some space, or choose another disk with --out DIR;"
                    + " evenkeel soak --resume goes on from what is stored.";
        }
    }

    /** What kept it from writing, a sentence for the reader; empty while all is well. */
    String failure() {
        return failure;
    }

    @Override
    public void close() {
        try (log;
                csv) {
            // both, whatever the first one says
        } catch (IOException e) {
            if (failure.isEmpty()) {
                failure = "The last sample may be missing from the files: " + e.getMessage() + ".";
            }
        }
    }
}
