package dev.evenkeel.metrics.slo;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A file that is replaced as a whole: whoever reads it finds the old content or the new one. Not thread-safe. */
final class SloStateFile implements AutoCloseable {
    /** More than any state of a thousand objectives: what is larger is another file. */
    private static final long MOST_BYTES = 64L << 20;

    /**
     * Files that monitors of this JVM use. A second channel on a lock file must not even be opened: closing it would release the
     * lock of the first on POSIX systems.
     */
    private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Path temporary;

    /** Holds the lock; null when another process does. */
    private final @Nullable FileChannel lockChannel;

    private SloStateFile(Path path, @Nullable FileChannel lockChannel) {
        this.path = path;
        this.temporary = path.resolveSibling(path.getFileName() + ".tmp");
        this.lockChannel = lockChannel;
    }

    /** @throws IOException when the folder cannot be written */
    static SloStateFile open(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        Path folder = absolute.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        if (!IN_USE.add(absolute)) {
            return new SloStateFile(absolute, null);
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(absolute.resolveSibling(absolute.getFileName() + ".lock"), CREATE, WRITE);
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            locked = false; // the same class, loaded twice
        } finally {
            if (!locked) {
                IN_USE.remove(absolute);
                if (channel != null) {
                    channel.close();
                }
            }
        }
        return new SloStateFile(absolute, locked ? channel : null);
    }

    /** Returns whether this is the only one who writes the file. */
    boolean owned() {
        return lockChannel != null;
    }

    Path path() {
        return path;
    }

    /** Returns the content, or null when there is no file. */
    byte @Nullable [] read() throws IOException {
        if (!Files.exists(path)) {
            return null;
        }
        if (Files.size(path) > MOST_BYTES) {
            throw new IOException("it has " + Files.size(path) + " bytes, and a state has at most " + MOST_BYTES);
        }
        return Files.readAllBytes(path);
    }

    /** Sets aside a file that cannot be used, so that somebody can look at it. Returns where it is now. */
    Path setAside() throws IOException {
        Path aside = path.resolveSibling(path.getFileName() + ".unusable");
        return Files.move(path, aside, REPLACE_EXISTING);
    }

    /** Replaces the content. When it returns, the new content survives a crash of the machine. */
    void write(byte... content) throws IOException {
        writeTemporary(content);
        publish();
    }

    void writeTemporary(byte... content) throws IOException {
        try (FileChannel channel = FileChannel.open(temporary, CREATE, WRITE, TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true); // before the name is on it
        }
    }

    private void publish() throws IOException {
        Files.move(temporary, path, ATOMIC_MOVE);
        Path folder = path.getParent();
        if (folder != null) {
            forceFolder(folder);
        }
    }

    /** Lets the rename survive a crash as well. Where folders cannot be opened, as on Windows, there is no such call. */
    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, READ)) {
            channel.force(true);
        } catch (IOException e) {
            // The content is safe under one of the two names; the older of them is older by a minute.
        }
    }

    @Override
    public void close() throws IOException {
        if (lockChannel != null) {
            lockChannel.close();
            IN_USE.remove(path);
        }
    }
}
