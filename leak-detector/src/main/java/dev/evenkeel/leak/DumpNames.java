package dev.evenkeel.leak;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names in a heap dump: of classes and fields, of threads' stacks and their methods. Keeps places in the file, not text. */
final class DumpNames {
    private static final int TEXT = 0x01;
    private static final int CLASS_NAME = 0x02;
    private static final int FRAME = 0x04;
    private static final int TRACE = 0x05;

    private final ByteBuffer file;
    private final Map<Long, Integer> texts = new HashMap<>();
    private final Map<Long, Long> typeNames = new HashMap<>();
    private final Map<Integer, Long> typesBySerial = new HashMap<>();
    private final Map<Long, Integer> frames = new HashMap<>();
    private final Map<Integer, Integer> traces = new HashMap<>();
    private final Map<Integer, Long> threads = new HashMap<>();
    private final Map<Integer, Integer> traceOfThread = new HashMap<>();

    /** A method: the id of its class, and its name. */
    record Method(long type, String name) {}

    DumpNames(ByteBuffer file) {
        this.file = file;
    }

    /** Takes the record in whose body the file stands, where it is one of names. */
    void take(int tag) {
        switch (tag) {
            case TEXT -> texts.put(file.getLong(), file.position() - 12); // 12: back to the length of this record
            case CLASS_NAME -> {
                int serial = file.getInt();
                long id = file.getLong();
                file.getInt();
                typeNames.put(id, file.getLong());
                typesBySerial.put(serial, id);
            }
            case FRAME -> frames.put(file.getLong(), file.position());
            case TRACE -> {
                int serial = file.getInt();
                traces.put(serial, file.position());
            }
            default -> {
                // start and end of the dump, control settings
            }
        }
    }

    void thread(int serial, long id, int trace) {
        threads.put(serial, id);
        traceOfThread.put(serial, trace);
    }

    /** The id of a thread object by its serial number; 0 where it is not known. */
    long threadId(int serial) {
        return threads.getOrDefault(serial, 0L);
    }

    /** The name of a class as the JVM spells it. */
    String ofType(long typeId) {
        return text(typeNames.getOrDefault(typeId, 0L));
    }

    String text(long id) {
        Integer place = texts.get(id);
        if (place == null) {
            return "?";
        }
        byte[] bytes = new byte[file.getInt(place) - 8];
        file.get(place + 12, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The method of a frame of a thread; null where it is not known. */
    @Nullable
    Method methodOf(int thread, int frame) {
        Integer trace = traceOfThread.get(thread);
        Integer place = trace == null ? null : traces.get(trace);
        if (place == null || frame < 0 || frame >= file.getInt(place + 4)) {
            return null;
        }
        Integer at = frames.get(file.getLong(place + 8 + 8 * frame));
        return at == null
                ? null
                : new Method(typesBySerial.getOrDefault(file.getInt(at + 24), 0L), text(file.getLong(at)));
    }
}
