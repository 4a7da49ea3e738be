package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One small kernel file that is kept open and read again and again from its start.
 *
 * <p>Not thread-safe. A read allocates nothing once the buffer has the size of the file. A file that is missing, or
 * goes away, is tried again at most once a minute.
 */
final class ProcFile implements AutoCloseable {
    /*
     * RandomAccessFile and not FileChannel: an interrupted thread would close a channel, and whoever collects the
     * registry may be interrupted. A control group that was removed answers ENODEV on an open file.
     */

    private static final long RETRY_NANOS = 60_000_000_000L;
    private static final int LARGEST = 1 << 20;

    private final Path path;
    private @Nullable RandomAccessFile file;
    private byte[] buffer = new byte[512];
    private int length;
    private boolean everRead;
    private boolean failed;
    private long failedNanos;
    private boolean closed;

    ProcFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** Reads the whole file into the buffer. False: the file cannot be read now, and the buffer holds nothing. */
    boolean read(long nowNanos) {
        length = 0;
        if (closed || failed && nowNanos - failedNanos < RETRY_NANOS) {
            return false;
        }
        boolean reopened = file == null;
        while (true) {
            try {
                fill();
                everRead = true;
                failed = false;
                return true;
            } catch (IOException e) {
                release();
                if (reopened) {
                    failed = true;
                    failedNanos = nowNanos;
                    return false;
                }
                reopened = true; // the open file went stale: try the path once more
            }
        }
    }

    private void fill() throws IOException {
        RandomAccessFile f = file;
        if (f == null) {
            f = open();
            file = f;
        }
        f.seek(0);
        int n = 0;
        while (true) {
            int read = f.read(buffer, n, buffer.length - n);
            if (read <= 0) {
                break;
            }
            n += read;
            if (n == buffer.length) {
                if (n >= LARGEST) {
                    throw new IOException(path + " is larger than " + LARGEST + " bytes");
                }
                buffer = Arrays.copyOf(buffer, 2 * n);
            }
        }
        length = n;
    }

    private RandomAccessFile open() throws FileNotFoundException {
        return new RandomAccessFile(path.toFile(), "r");
    }

    /** The number at the start of the file; -1 when there is none, as with {@code max}. */
    long number() {
        return numberAt(0);
    }

    /** The number after the first word of the file; -1 when there is none. */
    long secondNumber() {
        int i = 0;
        while (i < length && buffer[i] != ' ' && buffer[i] != '\n') {
            i++;
        }
        return numberAt(i);
    }

    /** Whether the file could be read once and cannot now: what it told of has gone. */
    boolean lost() {
        return failed && everRead;
    }

    /** Whether the last read gave exactly these bytes. */
    boolean holds(byte[] content) {
        return Arrays.equals(buffer, 0, length, content, 0, content.length);
    }

    /** A copy of what the last read gave. */
    byte[] content() {
        return Arrays.copyOf(buffer, length);
    }

    /** What the last read gave, as text. A byte that is not UTF-8 becomes a replacement character. */
    String text() {
        return new String(buffer, 0, length, UTF_8);
    }

    /** Whether the file begins with a word. */
    boolean startsWith(byte[] word) {
        return matches(0, word);
    }

    /** The number after a key at the start of a line; -1 when there is no such line. */
    long numberAfter(byte[] key) {
        for (int i = 0; i < length; i++) {
            if ((i == 0 || buffer[i - 1] == '\n') && matches(i, key)) {
                return numberAt(i + key.length);
            }
        }
        return -1;
    }

    /** The sum of the numbers after all occurrences of a key, wherever they are; -1 when there is no such number. */
    long sumAfter(byte[] key) {
        long sum = -1;
        for (int i = 0; i + key.length <= length; i++) {
            if (buffer[i] == key[0] && matches(i, key)) {
                long number = numberAt(i + key.length);
                if (number >= 0) {
                    sum = Math.max(sum, 0) + number;
                }
            }
        }
        return sum;
    }

    /** The number after a key in the first line that begins with a word; -1 when there is none. */
    long numberInLine(byte[] word, byte[] key) {
        int at = inLine(word, key);
        return at < 0 ? -1 : numberAt(at);
    }

    /** The same with up to nine digits after a decimal point; -1 when there is none. */
    double decimalInLine(byte[] word, byte[] key) {
        int at = inLine(word, key);
        long whole = at < 0 ? -1 : numberAt(at);
        if (whole < 0) {
            return -1;
        }
        int i = at;
        while (i < length && buffer[i] != '.' && buffer[i] != ' ' && buffer[i] != '\n') {
            i++;
        }
        long fraction = 0;
        long scale = 1;
        if (i < length && buffer[i] == '.') {
            for (i++; i < length && buffer[i] >= '0' && buffer[i] <= '9' && scale < 1_000_000_000L; i++) {
                fraction = 10 * fraction + buffer[i] - '0';
                scale *= 10;
            }
        }
        return whole + (double) fraction / scale;
    }

    /** Where a key ends in the first line that begins with a word; -1 when it is not there. */
    private int inLine(byte[] word, byte[] key) {
        for (int i = 0; i < length; i++) {
            if ((i == 0 || buffer[i - 1] == '\n') && matches(i, word)) {
                for (int j = i + word.length; j < length && buffer[j] != '\n'; j++) {
                    if (matches(j, key)) {
                        return j + key.length;
                    }
                }
                return -1;
            }
        }
        return -1;
    }

    private boolean matches(int at, byte[] word) {
        return at + word.length <= length && Arrays.equals(buffer, at, at + word.length, word, 0, word.length);
    }

    /** Skips spaces, tabs and a colon. A number past {@code Long.MAX_VALUE} is that value. */
    private long numberAt(int at) {
        int i = at;
        while (i < length && (buffer[i] == ' ' || buffer[i] == '\t' || buffer[i] == ':')) {
            i++;
        }
        int start = i;
        long n = 0;
        while (i < length && buffer[i] >= '0' && buffer[i] <= '9') {
            int digit = buffer[i] - '0';
            n = n > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : 10 * n + digit;
            i++;
        }
        return i == start ? -1 : n;
    }

    /**
     * The number at a word's place, counted from 0; -1 when there is none. In a file with brackets, as {@code stat} has them
     * around the name of the program, the words are counted after the last of them.
     */
    long numberAtWord(int place) {
        int i = 0;
        for (int j = 0; j < length; j++) {
            if (buffer[j] == ')') {
                i = j + 1;
            }
        }
        for (int word = 0; ; word++) {
            while (i < length && buffer[i] <= ' ') {
                i++;
            }
            if (word == place) {
                return numberAt(i);
            }
            while (i < length && buffer[i] > ' ') {
                i++;
            }
            if (i == length) {
                return -1;
            }
        }
    }

    /** Closes the file until the next read. */
    void release() {
        RandomAccessFile f = file;
        file = null;
        if (f != null) {
            try {
                f.close();
            } catch (IOException e) {
                // nothing was written; there is nothing to lose
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        release();
    }
}
