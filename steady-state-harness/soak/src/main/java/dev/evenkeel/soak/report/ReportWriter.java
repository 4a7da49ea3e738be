package dev.evenkeel.soak.report;

import dev.evenkeel.soak.RunResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes the files of a finished run: {@value #HTML} for people, {@value #SUMMARY} for a build's
 * summary page, {@value #JSON}, {@value #JUNIT} and {@value #SARIF} for machines.
 *
 * <p>{@value #HTML} is one file of less than 500 kB however long the run was; it loads nothing.
 */
public final class ReportWriter {

    public static final String HTML = "report.html";
    public static final String SUMMARY = "summary.md";
    public static final String JSON = "verdict.json";
    public static final String JUNIT = "junit.xml";
    public static final String SARIF = "report.sarif";

    private ReportWriter() {}

    /**
     * Writes all five into a directory, which is made when it is not there. Files of an earlier run are
     * replaced, each at once: whoever watches the directory never reads half a file. The verdict for
     * machines comes last, so that its presence tells that the others are complete.
     *
     * @throws IOException if the directory or a file cannot be written; the message names it
     */
    public static void writeAll(RunResult run, Path dir) throws IOException {
        try {
            Files.createDirectories(dir);
        } catch (IOException e) {
            throw new IOException(refused("Cannot make the report directory " + dir, e), e);
        }
        write(dir.resolve(HTML), HtmlReport.of(run));
        write(dir.resolve(SUMMARY), SummaryMarkdown.of(run));
        write(dir.resolve(JUNIT), JunitXml.of(run));
        write(dir.resolve(SARIF), Sarif.of(run));
        write(dir.resolve(JSON), VerdictJson.of(run));
    }

    private static void write(Path file, String text) throws IOException {
        Path half = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.write(half, text.getBytes(StandardCharsets.UTF_8));
            try {
                Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(half, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new IOException(refused("Cannot write the report file " + file, e), e);
        }
    }

    private static String refused(String what, IOException cause) {
        return what + " (" + cause + "). Choose a directory that this user may write, with --out DIR.";
    }
}
