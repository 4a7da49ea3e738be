package dev.evenkeel.cli;

import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
     * Returns a writable directory without results; makes it where it is missing.
     *
     * @param out what {@code --out} says; null for one named by {@code prefix} and the time, below the current one
     * @param results the files that tell that another run wrote there
     * @throws ParameterException when it holds one of them
     * @throws UnfitException when it cannot be made or written
     */
    public static Path directory(@Nullable Path out, String prefix, CommandSpec spec, String... results)
            throws UnfitException {
        Path dir = out != null
                ? out
                : Path.of(
                        prefix,
                        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
                                .format(LocalDateTime.now()));
        for (String result : results) {
            if (Files.exists(dir.resolve(result))) {
                throw new ParameterException(
                        spec.commandLine(),
                        "The output directory " + dir + " already holds the " + result
                                + " of another run. Choose another with --out DIR.");
            }
        }
        try {
            Files.createDirectories(dir);
            Files.delete(Files.createTempFile(dir, ".probe", ""));
        } catch (IOException | SecurityException e) {
            throw new UnfitException(
                    "The output directory " + dir.toAbsolutePath() + " cannot be written (" + cause(e)
                            + "). Choose another with --out DIR.",
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
            throw unwritable(file, "--json", e);
        }
    }

    /**
     * Writes a file that an option names, in UTF-8.
     *
     * @throws UnfitException when it cannot be written
     */
    public static void write(Path file, String option, String text) throws UnfitException {
        try {
            Files.writeString(file, text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unwritable(file, option, e);
        }
    }

    /** What to say of a file that cannot be written. */
    public static UnfitException unwritable(Path file, String option, IOException e) {
        return new UnfitException(
                "The file " + file.toAbsolutePath() + " for " + option + " cannot be written (" + cause(e)
                        + "). Name one in a directory that exists and may be written.",
                e);
    }

    /** Why a file cannot be used, in words. */
    public static String cause(Exception e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "a file is in the way";
        }
        String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : e.getClass().getSimpleName() + ": " + reason;
    }
}
