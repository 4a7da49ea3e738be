package dev.evenkeel.metrics.hdr;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of one log: the newest is appended to, the oldest are deleted before all of them together would pass a bound. Not
 * thread-safe.
 */
final class LogFolder {
    /*
     * Files are numbered, not dated: a wall clock that is set back would put a newer file before an older one. The number goes on where
     * the files of an earlier process ended.
     */
    private final Path directory;
    private final String name;
    private final long maxFileBytes;
    private final long maxTotalBytes;
    private final long maxAgeNanos;
    private final LogFile.Opener opener;
    private final ArrayDeque<Closed> closed = new ArrayDeque<>();
    private @Nullable LogFile current;
    private long openedAtNanos;
    private long number;
    private long closedBytes;

    private record Closed(Path path, long size, long number) {}

    /** What an addition did to the files. */
    record Outcome(long bytes, int rotations, int deleted, int undeletable) {}

    LogFolder(
            Path directory, String name, long maxFileBytes, long maxTotalBytes, long maxAgeNanos, LogFile.Opener opener)
            throws IOException {
        this.directory = directory;
        this.name = name;
        this.maxFileBytes = maxFileBytes;
        this.maxTotalBytes = maxTotalBytes;
        this.maxAgeNanos = maxAgeNanos;
        this.opener = opener;
        Files.createDirectories(directory);
        Pattern numbered = Pattern.compile(Pattern.quote(name) + "\\.(\\d{8,18})\\.hlog");
        try (Stream<Path> files = Files.list(directory)) {
            List<Closed> found = files.map(file -> closed(numbered, file))
                    .filter(Objects::nonNull)
                    .sorted((a, b) -> Long.compare(a.number, b.number))
                    .toList();
            for (Closed file : found) {
                closed.add(file);
                closedBytes += file.size;
                number = file.number;
            }
        }
    }

    private static @Nullable Closed closed(Pattern numbered, Path file) {
        Matcher matcher = numbered.matcher(String.valueOf(file.getFileName()));
        return matcher.matches() ? new Closed(file, file.toFile().length(), Long.parseLong(matcher.group(1))) : null;
    }

    /**
     * Appends bytes to the current file, or to a new one if it is too large or too old. All or nothing.
     *
     * @param header what each file begins with
     */
    Outcome append(byte[] header, byte[] bytes, int length, long nowNanos) throws IOException {
        int rotations = 0;
        LogFile file = current;
        if (file != null
                && (file.size() + length > maxFileBytes || nowNanos - openedAtNanos >= maxAgeNanos)
                && file.size() > header.length) {
            closeCurrent(file);
            file = null;
            rotations = 1;
        }
        long coming = length + (file == null ? header.length : 0L);
        int deleted = 0;
        int undeletable = 0;
        while (!closed.isEmpty() && closedBytes + (file == null ? 0 : file.size()) + coming > maxTotalBytes) {
            Closed oldest = closed.remove();
            closedBytes -= oldest.size;
            try {
                Files.deleteIfExists(oldest.path);
                deleted++;
            } catch (IOException e) {
                undeletable++; // not tried again: somebody else holds it, and owns its size from now on
            }
        }
        if (file == null) {
            file = open(header, nowNanos);
        }
        file.append(ByteBuffer.wrap(bytes, 0, length));
        return new Outcome(coming, rotations, deleted, undeletable);
    }

    private LogFile open(byte[] header, long nowNanos) throws IOException {
        LogFile file = opener.open(directory.resolve(String.format("%s.%08d.hlog", name, number + 1)));
        number++;
        try {
            file.append(ByteBuffer.wrap(header));
        } catch (IOException e) {
            file.close();
            Files.deleteIfExists(file.path());
            throw e;
        }
        current = file;
        openedAtNanos = nowNanos;
        return file;
    }

    private void closeCurrent(LogFile file) throws IOException {
        current = null;
        closed.add(new Closed(file.path(), file.size(), number));
        closedBytes += file.size();
        file.close();
    }

    /** Closes the current file. */
    void close() throws IOException {
        LogFile file = current;
        if (file != null) {
            closeCurrent(file);
        }
    }
}
