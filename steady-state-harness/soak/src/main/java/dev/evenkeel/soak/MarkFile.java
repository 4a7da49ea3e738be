package dev.evenkeel.soak;

import dev.evenkeel.drift.Mark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * How another process tells a run what is about to happen to its target: lines appended to {@value #FILE} in the run's
 * directory. The run reads them about once a second; what comes after its end is not looked at. One thread a side.
 */
public final class MarkFile {
    static final String FILE = "marks.txt";

    private final Path file;
    private int taken;

    MarkFile(Path dir) {
        this.file = dir.resolve(FILE);
    }

    /** A line. */
    record Request(Mark.Kind kind, String label) {}

    /**
     * Tells a run, from another process.
     *
     * @param dir the directory the run writes to
     * @param kind {@link Mark.Kind#RESTART}, of a restart within the next five minutes, or {@link Mark.Kind#EVENT}
     * @param label short words for the report
     * @throws IllegalArgumentException for a fault, whose end only the run itself would know
     * @throws UnfitException when no run writes there
     */
    public static void tell(Path dir, Mark.Kind kind, String label) throws IOException, UnfitException {
        if (kind == Mark.Kind.FAULT) {
            throw new IllegalArgumentException("Faults are marked by the run that injects them; see the plan.");
        }
        if (!Files.exists(dir.resolve(RunLog.FILE))) {
            throw new UnfitException("No run writes to " + dir + ": there is no " + RunLog.FILE
                    + ". Give the directory that the soak was started with as --out.");
        }
        Files.writeString(
                dir.resolve(FILE),
                kind + " " + label.replaceAll("\\s+", " ").strip() + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Lines there already are another part's. */
    void skipOld() {
        taken = lines().size();
    }

    /** What is new. */
    List<Request> next() {
        List<String> lines = lines();
        List<Request> requests = new ArrayList<>();
        for (; taken < lines.size(); taken++) {
            String[] parts = lines.get(taken).split(" ", 2);
            for (Mark.Kind kind : List.of(Mark.Kind.RESTART, Mark.Kind.EVENT)) {
                if (kind.name().equals(parts[0])) {
                    requests.add(new Request(kind, parts.length > 1 ? parts[1] : ""));
                }
            }
        }
        return requests;
    }

    private List<String> lines() {
        try {
            return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            return List.of(); // half written, or not UTF-8: the next look sees it whole, or never
        }
    }
}
