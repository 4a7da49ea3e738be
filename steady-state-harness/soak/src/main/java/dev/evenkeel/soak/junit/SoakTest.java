package dev.evenkeel.soak.junit;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.RunResult;
import dev.evenkeel.soak.SoakEngine;
import dev.evenkeel.soak.SoakListener;
import dev.evenkeel.soak.SoakPlan;
import dev.evenkeel.soak.Target;
import dev.evenkeel.soak.UnfitException;
import dev.evenkeel.soak.report.ReportWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Soaks from a test of any framework. */
public final class SoakTest {
    private static final List<String> FILES = List.of(
            "run.log",
            "samples.csv",
            "marks.txt",
            ReportWriter.HTML,
            ReportWriter.SUMMARY,
            ReportWriter.JUNIT,
            ReportWriter.SARIF,
            ReportWriter.JSON);

    private SoakTest() {}

    /**
     * Runs a soak on the calling thread, writes its reports, and returns when it passed.
     *
     * @param dir where log and reports go; files of an older run there are deleted
     * @throws AssertionError with headline and report when it failed, or could not decide
     * @throws UnfitException when this machine cannot run the target
     */
    public static RunResult requirePass(SoakPlan plan, Target target, Path dir)
            throws UnfitException, IOException, InterruptedException {
        for (String file : FILES) {
            Files.deleteIfExists(dir.resolve(file));
        }
        RunResult result = new SoakEngine(plan, target, dir, new SoakListener() {}).run();
        ReportWriter.writeAll(result, dir);
        if (result.verdict() != Verdict.PASS) {
            StringBuilder s = new StringBuilder(result.headline());
            result.notes().forEach(note -> s.append("\n  note: ").append(note));
            throw new AssertionError(s.append("\n  report: ")
                    .append(dir.resolve(ReportWriter.HTML).toAbsolutePath()));
        }
        return result;
    }
}
