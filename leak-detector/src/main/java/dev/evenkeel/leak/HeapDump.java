package dev.evenkeel.leak;

import java.io.Closeable;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A heap dump that the JVM has written ("JAVA PROFILE 1.0.2"), indexed by object. Not safe for several threads.
 *
 * <p>The file is mapped, not read in; the index takes 18 to 36 bytes of heap for each object that refers to others, and the
 * constructor refuses a dump for which half of the free heap would not do.
 */
final class HeapDump implements Closeable {
    /*
     * Two passes over the file: one that counts, and takes names, classes and roots; one that fills a hash table from the id of
     * each object to the place of its record. Arrays of primitives refer to nothing: they are in the table only where the caller
     * looks for them.
     */

    private static final int SEGMENT = 0x1c;
    private static final int SINGLE_SEGMENT = 0x0c;

    static final int CLASS = 0x20;
    static final int INSTANCE = 0x21;
    static final int OBJECTS = 0x22;
    static final int PRIMITIVES = 0x23;

    private static final int LONGEST_NAME = 200;
    private static final int INT = 10;

    /** A reference in most heaps, which are below 32 GB; in the file it takes eight. */
    private static final int OBJECT_BYTES = 4;

    private static final int[] SIZES = {0, 0, 8, 0, 1, 2, 4, 8, 1, 2, 4, 8};
    private static final String[] PRIMITIVE_NAMES = {
        "", "", "", "", "boolean", "char", "float", "double", "byte", "short", "int", "long"
    };
    private static final long BYTES_PER_SLOT =
            24; // key 8, place 4, and parent, path hash and queue 4 each by who walks

    private final ByteBuffer file;
    private final Map<Long, DumpType> types = new HashMap<>();
    private final DumpNames names;
    private final List<Root> roots = new ArrayList<>();
    private final boolean primitives;
    private long objects;
    private long wanted = -1;
    private int wantedPlace = -1;
    private DumpIndex index = new DumpIndex(0);

    /** Why the collector keeps an object: the tag of the root, the thread and the frame it belongs to. */
    record Root(int tag, long id, int thread, int frame) {}

    /**
     * Opens and indexes a dump.
     *
     * @param primitives whether arrays of primitives are looked for
     * @throws IOException if this is no such dump, or it is too large to be mapped or indexed, with the reason
     */
    HeapDump(Path path, boolean primitives) throws IOException {
        this.primitives = primitives;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new IOException(
                        "the dump has " + channel.size() + " bytes, and no more than 2 GiB can be mapped");
            }
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            file = mapped;
            names = new DumpNames(mapped);
        }
        try {
            scan(true);
            long slots = Math.max(16, objects * 3 / 2);
            Runtime jvm = Runtime.getRuntime();
            long free = jvm.maxMemory() - jvm.totalMemory() + jvm.freeMemory();
            if (slots * BYTES_PER_SLOT > free / 2 || slots > Integer.MAX_VALUE - 8) {
                throw new IOException(objects + " objects take " + slots * BYTES_PER_SLOT
                        + " bytes to index, more than half of the free heap; raise -Xmx");
            }
            index = new DumpIndex((int) slots);
            scan(false);
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new IOException("the dump ends in the middle of a record", e);
        }
    }

    private void scan(boolean first) throws IOException {
        file.position(0);
        int end = 0;
        while (file.get(end) != 0) {
            end++;
        }
        file.position(end + 1);
        if (file.getInt() != 8) {
            throw new IOException("ids of other than 8 bytes");
        }
        file.getLong();
        while (file.remaining() >= 9) {
            int tag = file.get();
            file.getInt();
            long length = file.getInt() & 0xffff_ffffL;
            int next = (int) (file.position() + length);
            if (tag == SEGMENT || tag == SINGLE_SEGMENT) {
                segment(next, first);
            } else if (first) {
                names.take(tag);
            }
            file.position(next);
        }
        if (first) {
            for (DumpType type : types.values()) {
                type.name = names.ofType(type.id).replace('/', '.');
            }
        }
    }

    private void segment(int end, boolean first) throws IOException {
        while (file.position() < end) {
            int place = file.position();
            int tag = file.get() & 0xff;
            switch (tag) {
                case 0xff, 0x05, 0x07 -> root(first, tag, file.getLong(), 0, 0);
                case 0x01 -> {
                    long id = file.getLong();
                    file.getLong();
                    root(first, tag, id, 0, 0);
                }
                case 0x02, 0x03 -> root(first, tag, file.getLong(), file.getInt(), file.getInt());
                case 0x04, 0x06 -> root(first, tag, file.getLong(), file.getInt(), 0);
                case 0x08 -> {
                    long id = file.getLong();
                    int serial = file.getInt();
                    int trace = file.getInt();
                    if (first) {
                        names.thread(serial, id, trace);
                    }
                    root(first, tag, id, serial, 0);
                }
                case CLASS -> type(place, first);
                case INSTANCE -> {
                    long id = file.getLong();
                    file.position(file.position() + 12);
                    int bytes = file.getInt();
                    file.position(file.position() + bytes);
                    object(id, place, first);
                }
                case OBJECTS -> {
                    long id = file.getLong();
                    file.getInt();
                    int n = file.getInt();
                    file.position(file.position() + 8 + 8 * n);
                    object(id, place, first);
                }
                case PRIMITIVES -> {
                    long id = file.getLong();
                    file.getInt();
                    int n = file.getInt();
                    int size = SIZES[file.get()];
                    file.position(file.position() + n * size);
                    if (id == wanted) {
                        wantedPlace = place;
                    }
                    if (primitives) {
                        object(id, place, first);
                    }
                }
                default -> throw new IOException("unknown record " + tag + " at byte " + place);
            }
        }
    }

    private void root(boolean first, int tag, long id, int thread, int frame) {
        if (first && tag != 0x05) { // a sticky class has its statics as roots anyway
            roots.add(new Root(tag, id, thread, frame));
        }
    }

    private void type(int place, boolean first) {
        long id = file.getLong();
        file.getInt();
        DumpType type = new DumpType(id, file.getLong(), file.getLong());
        file.position(file.position() + 4 * 8 + 4);
        int constants = file.getShort() & 0xffff;
        for (int i = 0; i < constants; i++) {
            file.getShort();
            file.position(file.position() + 1 + SIZES[file.get(file.position())]);
        }
        int statics = file.getShort() & 0xffff;
        for (int i = 0; i < statics; i++) {
            long name = file.getLong();
            int kind = file.get();
            if (first && kind == DumpType.REFERENCE) {
                type.statics.add(new DumpType.Field(names.text(name), kind, file.position()));
            }
            file.position(file.position() + SIZES[kind]);
        }
        int fields = file.getShort() & 0xffff;
        int at = 0;
        for (int i = 0; i < fields; i++) {
            long name = file.getLong();
            int kind = file.get();
            if (first) {
                type.fields.add(new DumpType.Field(names.text(name), kind, at));
            }
            at += SIZES[kind];
        }
        if (first) {
            type.ownBytes = at;
            types.put(id, type);
        }
        object(id, place, first);
    }

    private void object(long id, int place, boolean first) {
        if (first) {
            objects++;
            return;
        }
        index.put(id, place);
    }

    /** Slots of the index, for arrays beside it. */
    int slots() {
        return index.slots();
    }

    /** The slot of an object; -1 for null and for what is not in the index. */
    int slotOf(long id) {
        return index.slotOf(id);
    }

    int tagOf(int slot) {
        return file.get(index.placeAt(slot)) & 0xff;
    }

    long idAt(int slot) {
        return index.idAt(slot);
    }

    /** The class of an instance or of an array of objects; 0 for a class and for an array of primitives. */
    long typeIdOf(int slot) {
        int place = index.placeAt(slot);
        return switch (tagOf(slot)) {
            case INSTANCE -> file.getLong(place + 13);
            case OBJECTS -> file.getLong(place + 17);
            default -> 0;
        };
    }

    /** The name of an object's class as Java code spells it; of a class "class " and its own name. */
    String typeNameOf(int slot) {
        return switch (tagOf(slot)) {
            case CLASS -> "class " + nameOf(index.idAt(slot));
            case PRIMITIVES -> PRIMITIVE_NAMES[file.get(index.placeAt(slot) + 17)] + "[]";
            default -> nameOf(typeIdOf(slot));
        };
    }

    String nameOf(long typeId) {
        DumpType type = types.get(typeId);
        return type == null ? "?" : HeapCensus.readable(type.name);
    }

    /** The length of an array; -1 for anything else. */
    int lengthOf(int slot) {
        int tag = tagOf(slot);
        return tag == OBJECTS || tag == PRIMITIVES ? file.getInt(index.placeAt(slot) + 13) : -1;
    }

    /** What an array's elements take; 0 for anything else. */
    long bytesOf(int slot) {
        return switch (tagOf(slot)) {
            case OBJECTS -> (long) lengthOf(slot) * OBJECT_BYTES;
            case PRIMITIVES -> (long) lengthOf(slot) * SIZES[file.get(index.placeAt(slot) + 17)];
            default -> 0;
        };
    }

    /** The reference at a place in the file. */
    long referenceAt(int place) {
        return file.getLong(place);
    }

    /** Where the fields of an instance begin. */
    int fieldsAt(int slot) {
        return index.placeAt(slot) + 25;
    }

    /** Where the elements of an array of objects begin. */
    int elementsAt(int slot) {
        return index.placeAt(slot) + 25;
    }

    Map<Long, DumpType> types() {
        return types;
    }

    List<Root> roots() {
        return roots;
    }

    /** The value of an instance's {@code int} field; -1 where it has none of that name. */
    int intField(int slot, String name) {
        int at = fieldsAt(slot);
        for (DumpType type = types.get(typeIdOf(slot)); type != null; type = types.get(type.superType)) {
            for (DumpType.Field field : type.fields) {
                if (field.kind() == INT && field.name().equals(name)) {
                    return file.getInt(at + field.at());
                }
            }
            at += type.ownBytes;
        }
        return -1;
    }

    /** The method of a frame of a thread, as {@code Class.method}; empty where it is not known. */
    String methodOf(int thread, int frame) {
        DumpNames.Method method = names.methodOf(thread, frame);
        return method == null ? "" : nameOf(method.type()) + "." + method.name();
    }

    /** The name of a thread by its serial number; empty where it is not known. */
    String threadName(int serial) {
        int slot = slotOf(names.threadId(serial));
        return slot < 0 ? "" : threadNameAt(slot);
    }

    /** The name of a thread object. */
    String threadNameAt(int slot) {
        int at = fieldsAt(slot);
        for (DumpType type = types.get(typeIdOf(slot)); type != null; type = types.get(type.superType)) {
            for (DumpType.Field field : type.fields) {
                if (field.isReference() && field.name().equals("name") && type.name.equals("java.lang.Thread")) {
                    return string(file.getLong(at + field.at()));
                }
            }
            at += type.ownBytes;
        }
        return "";
    }

    private String string(long id) {
        int slot = slotOf(id);
        if (slot < 0 || tagOf(slot) != INSTANCE) {
            return "";
        }
        DumpType type = types.get(typeIdOf(slot));
        if (type == null) {
            return "";
        }
        for (DumpType.Field field : type.fields) {
            if (field.name().equals("value")) {
                int place = placeOfPrimitives(file.getLong(fieldsAt(slot) + field.at()));
                if (place < 0) {
                    return "";
                }
                byte[] bytes = new byte[Math.min(file.getInt(place + 13), LONGEST_NAME)];
                file.get(place + 18, bytes);
                return new String(bytes, StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    /** Looks through the whole file, which is what a name or two is worth. */
    private int placeOfPrimitives(long id) {
        wanted = id;
        wantedPlace = -1;
        try {
            scan(false);
        } catch (IOException changed) {
            return -1; // not after two passes over it
        }
        return wantedPlace;
    }

    /** Does nothing that the collector would not: a mapping goes with its last reference. */
    @Override
    public void close() {
        index = new DumpIndex(0);
    }
}
