package dev.evenkeel.leak.junit;

import dev.evenkeel.leak.LeakReport;
import java.io.IOException;
import java.lang.System.Logger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Writes reports as JSON, one file each. */
final class ReportFile {
    static final String DIRECTORY = "evenkeel.leaks.directory";

    private static final Logger LOG = System.getLogger(ReportFile.class.getName());
    private static final Path BUILD = Path.of("target");

    private ReportFile() {}

    /** Writes a report below the folder named, or below {@code target}; nowhere when there is neither. */
    static void write(Optional<String> directory, LeakReport report) {
        write(directory, report.name().replaceAll("[^\\w.-]+", "_").replaceAll("_+$", "") + ".json", report.json());
    }

    static Optional<Path> write(Optional<String> directory, String name, String json) {
        Optional<Path> folder = directory
                .map(Path::of)
                .or(() -> Files.isDirectory(BUILD) ? Optional.of(BUILD.resolve("evenkeel-leaks")) : Optional.empty());
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        Path file = folder.get().resolve(name);
        try {
            Files.createDirectories(folder.get());
            Files.writeString(file, json, StandardCharsets.UTF_8);
            return Optional.of(file);
        } catch (IOException e) {
            LOG.log(
                    Logger.Level.WARNING,
                    "Cannot write the leak report " + file + " (" + e
                            + "), so it stands in the test's failure alone. Set " + DIRECTORY
                            + " to a folder that can be written.");
            return Optional.empty();
        }
    }
}
