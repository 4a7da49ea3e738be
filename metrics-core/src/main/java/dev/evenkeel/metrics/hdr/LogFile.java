package dev.evenkeel.metrics.hdr;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One file that is appended to. Whole additions only: one that fails is taken back. Not thread-safe. */
class LogFile {
    private final Path path;
    private final FileChannel channel;
    private long size;

    private LogFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** How a file is made; a test puts a full disk here. */
    interface Opener {
        /** Creates a file, which must not exist. */
        LogFile open(Path path) throws IOException;
    }

    static LogFile create(Path path) throws IOException {
        return new LogFile(path, FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /** For a subclass that adds failures. */
    LogFile(LogFile other) {
        this(other.path, other.channel);
    }

    /** Appends bytes, or leaves the file as it was and throws. */
    final void append(ByteBuffer bytes) throws IOException {
        long before = size;
        try {
            while (bytes.hasRemaining()) {
                size += write(channel, bytes);
            }
        } catch (IOException e) {
            size = before;
            channel.truncate(before);
            channel.position(before);
            throw e;
        }
    }

    int write(FileChannel to, ByteBuffer bytes) throws IOException {
        return to.write(bytes);
    }

    final Path path() {
        return path;
    }

    final long size() {
        return size;
    }

    final void close() throws IOException {
        channel.close();
    }
}
