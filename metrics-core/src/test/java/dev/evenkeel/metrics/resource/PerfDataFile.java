package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes what the JVM writes: a file of performance counters. */
final class PerfDataFile {
    private static final int MAGIC = 0xcafec0c0;
    private static final long START_MILLIS = 1_700_000_000_123L;

    private final Path path;
    private final ByteOrder order;
    private final Map<String, Long> counters = new LinkedHashMap<>();

    PerfDataFile(Path path, ByteOrder order) {
        this.path = path;
        this.order = order;
        counters.put("sun.os.hrt.frequency", 1_000_000_000L);
        counters.put("sun.rt.vmInitDoneTime", START_MILLIS);
    }

    PerfDataFile put(String name, long value) {
        counters.put(name, value);
        return this;
    }

    PerfData open() throws IOException {
        write();
        return PerfData.openFile(path, START_MILLIS);
    }

    void write() throws IOException {
        ByteBuffer b = ByteBuffer.allocate(32 + 128 * counters.size());
        b.putInt(MAGIC);
        b.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 0))
                .put((byte) 2)
                .put((byte) 0)
                .put((byte) 1);
        b.order(order);
        b.putInt(b.capacity()).putInt(0).putLong(0).putInt(32).putInt(counters.size());
        for (Map.Entry<String, Long> counter : counters.entrySet()) {
            int entry = b.position();
            b.putInt(128)
                    .putInt(20)
                    .putInt(0)
                    .put((byte) 'J')
                    .put((byte) 0)
                    .put((byte) 1)
                    .put((byte) 1)
                    .putInt(120);
            b.put(counter.getKey().getBytes(US_ASCII)).put((byte) 0);
            b.putLong(entry + 120, counter.getValue());
            b.position(entry + 128);
        }
        Files.write(path, b.array());
    }
}
