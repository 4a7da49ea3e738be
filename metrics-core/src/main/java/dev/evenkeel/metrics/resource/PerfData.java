package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The counters that HotSpot keeps in a shared file for {@code jstat} and its like: the only way to its safepoint account
 * and to pauses in nanoseconds that needs no JVM flag.
 *
 * <p>Thread-safe by one lock. Holds one descriptor. A value costs two system calls, under a microsecond, and allocates
 * nothing.
 */
final class PerfData implements AutoCloseable {
    /*
     * The file is /tmp/hsperfdata_USER/PID, on Linux whatever java.io.tmpdir says. Header: magic 0xcafec0c0, byte order
     * (1 is little endian), major and minor version, "accessible", then ints: used, overflow, a long of the last
     * change, offset of the first entry, number of entries. An entry: length, offset of its name, vector length, one byte
     * each of type, flags, unit and variability, offset of its data. Offsets within an entry count from its start. Once
     * made, an entry stays where it is.
     *
     * Read and not mapped: a mapping would show in jvm.buffer.count, and a file that is cut short under a mapping is an
     * error at a load instruction. Nothing is there with -XX:-UsePerfData or -XX:+PerfDisableSharedMem, in a container
     * without the user's name, or on another JVM.
     *
     * With a /tmp that several containers share, the path may be another process's. Its counters begin at another
     * millisecond than ours: that is checked.
     */

    private static final int MAGIC = 0xcafec0c0;
    private static final int HEADER_BYTES = 32;
    private static final int ENTRY_HEADER_BYTES = 20;
    private static final int LARGEST_BYTES = 16 << 20;
    private static final byte LONG = 'J';

    private static final String STARTED = "sun.rt.vmInitDoneTime";
    private static final String TICKS_PER_SECOND = "sun.os.hrt.frequency";

    private final RandomAccessFile file;
    private final boolean littleEndian;
    private final Map<String, Integer> offsets;
    private final double nanosPerTick;
    private final byte[] eightBytes = new byte[8];
    private boolean closed;

    private PerfData(RandomAccessFile file, boolean littleEndian, Map<String, Integer> offsets) {
        this.file = file;
        this.littleEndian = littleEndian;
        this.offsets = offsets;
        long frequency = value(TICKS_PER_SECOND);
        this.nanosPerTick = frequency <= 0 ? 1 : 1e9 / frequency;
    }

    /**
     * Opens the counters of this JVM.
     *
     * @param root {@code /} but for tests
     * @param startMillis when this JVM began, by its own account
     * @return null when there are none
     */
    static @Nullable PerfData open(Path root, long startMillis) {
        String name = "hsperfdata_" + System.getProperty("user.name");
        String process = String.valueOf(ProcessHandle.current().pid());
        PerfData found = openFile(root.resolve("tmp").resolve(name).resolve(process), startMillis);
        String temporary = System.getProperty("java.io.tmpdir");
        if (found != null || temporary == null || !root.equals(Path.of("/"))) {
            return found;
        }
        return openFile(Path.of(temporary, name, process), startMillis); // macOS and Windows
    }

    static @Nullable PerfData openFile(Path path, long startMillis) {
        RandomAccessFile file;
        try {
            file = new RandomAccessFile(path.toFile(), "r");
        } catch (IOException e) {
            return null;
        }
        PerfData data = null;
        try {
            data = read(file);
        } catch (IOException | RuntimeException e) {
            // not a file that we know how to read
        }
        if (data == null || data.value(STARTED) != startMillis) {
            closeQuietly(file);
            return null;
        }
        return data;
    }

    private static @Nullable PerfData read(RandomAccessFile file) throws IOException {
        long size = file.length();
        if (size < HEADER_BYTES || size > LARGEST_BYTES) {
            return null;
        }
        byte[] bytes = new byte[(int) size];
        file.readFully(bytes);
        ByteBuffer b = ByteBuffer.wrap(bytes);
        if (b.getInt(0) != MAGIC || b.get(5) != 2) {
            return null;
        }
        boolean littleEndian = b.get(4) == 1;
        b.order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        Map<String, Integer> offsets = new HashMap<>();
        int entry = b.getInt(24);
        int entries = b.getInt(28);
        for (int i = 0; i < entries; i++) {
            int length = b.getInt(entry);
            if (length < ENTRY_HEADER_BYTES) {
                return null;
            }
            if (b.get(entry + 12) == LONG && b.getInt(entry + 8) == 0) {
                offsets.put(text(bytes, entry + b.getInt(entry + 4)), entry + b.getInt(entry + 16));
            }
            entry += length;
        }
        return new PerfData(file, littleEndian, offsets);
    }

    private static String text(byte[] bytes, int from) {
        int to = from;
        while (bytes[to] != 0) {
            to++;
        }
        return new String(bytes, from, to - from, US_ASCII);
    }

    /** Whether the JVM keeps a counter of that name. */
    boolean has(String name) {
        return offsets.containsKey(name);
    }

    /** Returns a counter of events or bytes; -1 when there is none. */
    synchronized long value(String name) {
        Integer offset = offsets.get(name);
        return offset == null ? -1 : valueAt(offset);
    }

    /** Returns a counter of clock ticks in nanoseconds; -1 when there is none. */
    synchronized long nanos(String name) {
        long ticks = value(name);
        return ticks < 0 ? -1 : (long) (ticks * nanosPerTick);
    }

    private long valueAt(int offset) {
        if (closed) {
            return -1;
        }
        try {
            file.seek(offset);
            if (file.read(eightBytes, 0, 8) < 8) {
                return -1;
            }
        } catch (IOException e) {
            return -1;
        }
        long n = 0;
        for (int i = 0; i < 8; i++) {
            n = n << 8 | eightBytes[littleEndian ? 7 - i : i] & 0xff;
        }
        return n;
    }

    @Override
    public synchronized void close() {
        closed = true;
        closeQuietly(file);
    }

    private static void closeQuietly(RandomAccessFile file) {
        try {
            file.close();
        } catch (IOException e) {
            // nothing was written; there is nothing to lose
        }
    }
}
