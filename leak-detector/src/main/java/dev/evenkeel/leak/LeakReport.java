package dev.evenkeel.leak;

import dev.evenkeel.drift.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The outcome of a leak run. Immutable.
 *
 * @param name what was judged
 * @param verdict FAIL with a certain finding, else INCONCLUSIVE while something still grew or nothing could be read, else PASS
 * @param reason the verdict in one sentence
 * @param findings what grew, certain ones first; empty on PASS
 * @param limits the smallest leak that the run would have seen, one per resource judged
 * @param notWatched what was not judged, and why
 * @param notes what was allowed or dismissed, and why
 * @param rounds judged rounds, escalated ones included
 * @param iterations iterations since the baseline
 * @param lingerMillis how long what was on its way out was waited for
 */
public record LeakReport(
        String name,
        Verdict verdict,
        String reason,
        List<LeakFinding> findings,
        List<DetectionLimit> limits,
        Map<Resource, String> notWatched,
        List<String> notes,
        int rounds,
        long iterations,
        long lingerMillis) {

    /** Copies the lists. */
    public LeakReport {
        findings = List.copyOf(findings);
        limits = List.copyOf(limits);
        notWatched = Collections.unmodifiableMap(new TreeMap<>(notWatched));
        notes = List.copyOf(notes);
    }

    /**
     * Whether a scope's suspects can be cleared up by running the same code again with nothing beside it, for instance by {@link
     * LeakDetector#verify}.
     */
    public boolean needsRunAlone() {
        return findings.stream().anyMatch(f -> f.blame() == Blame.UNKNOWN);
    }

    /** The report as plain text of 100 columns for a terminal or an assertion: findings with their evidence first. */
    public String text() {
        return LeakText.of(this);
    }

    /**
     * The report as one JSON object with {@code "schema":1}, in one line: verdict, findings with culprit, evidence, path and
     * advice, limits, what was not watched.
     */
    public String json() {
        return LeakJson.of(this);
    }

    /**
     * Writes {@link #json()} into a file, whose directories are made where they are missing.
     *
     * @throws IOException if the file cannot be written
     */
    public void writeJson(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.writeString(file, json());
    }

    @Override
    public String toString() {
        return text();
    }
}
