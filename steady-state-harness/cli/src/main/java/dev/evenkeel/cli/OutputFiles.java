package dev.evenkeel.cli;

import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Where a command writes, tried before its work begins: minutes of work are not to be lost to a folder that nobody may write. */
public final class OutputFiles {
    private OutputFiles() {}

    /**
     * Returns a writable directory without results.
     *
     * @param out what {@code --out} says; null for one named by {@code prefix} and the time, below the current one
     * @param result the file that tells that another run wrote there
     * @throws ParameterException when it holds that file
     * @throws UnfitException when it cannot be made or written
     */
    public static Path directory(@Nullable Path out, String prefix, String result, CommandSpec spec)
            throws UnfitException {
        Path dir = out != null
                ? out
                : Path.of(
                        prefix,
                        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
                                .format(LocalDateTime.now()));
        if (Files.exists(dir.resolve(result))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "The output directory " + dir + " already holds the " + result
                            + " of another run. Choose another with --out DIR.");
        }
        try {
            Files.createDirectories(dir);
            Files.delete(Files.createTempFile(dir, ".probe", ""));
        } catch (IOException | SecurityException e) {
            throw new UnfitException(
                    "The output directory " + dir.toAbsolutePath() + " cannot be written ("
                            + e.getClass().getSimpleName() + "). Choose another with --out DIR.",
                    e);
        }
        return dir.toAbsolutePath().normalize();
    }

    /** Fails when what {@code --json} names cannot be written; null is nothing to write. */
    public static void checkJson(@Nullable Path file) throws UnfitException {
        if (file == null) {
            return;
        }
        try {
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            throw new UnfitException(
                    "The file " + file.toAbsolutePath() + " for --json cannot be written ("
                            + e.getClass().getSimpleName() + "). Choose another.",
                    e);
        }
    }
}
