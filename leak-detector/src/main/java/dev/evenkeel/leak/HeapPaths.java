package dev.evenkeel.leak;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who holds the objects of a class: the shortest path from a root of the collector to most of them. Walks one dump once. */
final class HeapPaths {
    /*
     * One breadth-first walk from the roots over strong references gives each object its parent on a shortest path. Statics come
     * first, then threads, then what native code holds, and frames last: a path that a person can act on wins among those of one
     * length. Each object carries a hash of the classes and fields of its path, in which steps through a chain of one class (a
     * linked list) and array indexes do not count; so objects that are held alike are counted together, and of those groups the
     * one is told whose size fits the growth.
     *
     * Statics of classes from loaders which a test may leak are no roots: such a class is held by its loader, which is what one
     * wants to know.
     */

    private static final Set<String> LASTING_LOADERS = Set.of(
            "jdk.internal.loader.ClassLoaders$AppClassLoader", "jdk.internal.loader.ClassLoaders$PlatformClassLoader");
    private static final int NOT_SEEN = 0;
    private static final int MOST_STEPS = 40;
    private static final int SHOWN_STEPS = 14;
    private static final int MOST_GROUPS = 50_000;

    private final HeapDump dump;
    private final int[] parent; // 0: not seen; n > 0: slot n - 1; n < 0: root -n - 1
    private final int[] paths;
    private final int[] queue;
    private int queued;
    private final List<String> rootNames = new ArrayList<>();
    private final List<HeapDump.@Nullable Root> rootRecords = new ArrayList<>();
    private final Map<Long, int[]> layouts = new HashMap<>();

    private HeapPaths(HeapDump dump) {
        this.dump = dump;
        parent = new int[dump.slots()];
        paths = new int[dump.slots()];
        queue = new int[dump.slots() * 2 / 3 + 1];
    }

    /** Walks a dump, which must stay open while paths are asked for. */
    static HeapPaths of(HeapDump dump) {
        HeapPaths paths = new HeapPaths(dump);
        paths.walk();
        return paths;
    }

    /**
     * The path to the objects of a class that leaked, one step a line, the root first.
     *
     * @param className as reports show it, with a star for numbers
     * @param objects how many came; 0 or less when the objects are as many as before, and one of them grew
     * @param bytes by how much they grew in all, which tells arrays better than their number; 0 where that is not known
     * @return empty when no strong path leads to any of them
     */
    List<String> to(String className, long objects, long bytes) {
        boolean bySize = bytes > 0 && className.endsWith("[]");
        return path(className, bySize ? bytes : objects, bySize);
    }

    private void walk() {
        for (DumpType type : dump.types().values()) {
            int loader = dump.slotOf(type.loader);
            if (loader >= 0 && !LASTING_LOADERS.contains(dump.typeNameOf(loader))) {
                continue;
            }
            if (type.name.startsWith("dev.evenkeel.leak.HeapDump")
                    || type.name.startsWith("dev.evenkeel.leak.Dump")
                    || type.name.startsWith("dev.evenkeel.leak.HeapPaths")) {
                continue;
            }
            for (DumpType.Field field : type.statics) {
                long id = dump.referenceAt(field.at());
                int slot = dump.slotOf(id);
                if (slot >= 0 && parent[slot] == NOT_SEEN && !field.name().startsWith("<")) {
                    String name = "static " + HeapCensus.readable(type.name) + "." + field.name();
                    reachFromRoot(slot, name, null, name.hashCode());
                }
            }
        }
        for (int tag : new int[] {0x08, 0x01, 0x04, 0x06, 0x07, 0xff, 0x02, 0x03}) {
            for (HeapDump.Root root : dump.roots()) {
                int slot = root.tag() == tag ? dump.slotOf(root.id()) : -1;
                if (slot >= 0 && parent[slot] == NOT_SEEN) {
                    reachFromRoot(slot, "", root, tag);
                }
            }
        }
        for (int head = 0; head < queued; head++) {
            expand(queue[head]);
        }
    }

    private void reachFromRoot(int slot, String name, HeapDump.@Nullable Root root, int hash) {
        rootNames.add(name);
        rootRecords.add(root);
        parent[slot] = -rootNames.size();
        paths[slot] = hash * 31 + Long.hashCode(dump.typeIdOf(slot));
        queue[queued++] = slot;
    }

    private void expand(int slot) {
        switch (dump.tagOf(slot)) {
            case HeapDump.INSTANCE -> {
                long typeId = dump.typeIdOf(slot);
                int at = dump.fieldsAt(slot);
                int[] layout = layout(typeId);
                for (int i = 0; i < layout.length; i++) {
                    reach(slot, typeId, dump.referenceAt(at + layout[i]), i);
                }
                reach(slot, typeId, typeId, -1);
            }
            case HeapDump.OBJECTS -> {
                long typeId = dump.typeIdOf(slot);
                int at = dump.elementsAt(slot);
                int n = dump.lengthOf(slot);
                for (int i = 0; i < n; i++) {
                    reach(slot, typeId, dump.referenceAt(at + 8 * i), 0);
                }
            }
            case HeapDump.CLASS -> {
                DumpType type = dump.types().get(dump.idAt(slot));
                if (type != null) {
                    reach(slot, 0, type.loader, -2);
                    for (int i = 0; i < type.statics.size(); i++) {
                        reach(slot, 0, dump.referenceAt(type.statics.get(i).at()), i);
                    }
                }
            }
            default -> {
                // primitives refer to nothing
            }
        }
    }

    private void reach(int from, long fromType, long id, int step) {
        int slot = dump.slotOf(id);
        if (slot < 0 || parent[slot] != NOT_SEEN) {
            return;
        }
        parent[slot] = from + 1;
        long type = dump.typeIdOf(slot);
        boolean chain = type != 0 && type == fromType;
        paths[slot] = chain ? paths[from] : (paths[from] * 31 + step) * 31 + Long.hashCode(type);
        queue[queued++] = slot;
    }

    /** Offsets of the references of an instance, the superclasses' last; without what weak references refer to. */
    private int[] layout(long typeId) {
        int[] known = layouts.get(typeId);
        if (known != null) {
            return known;
        }
        boolean weak = false;
        boolean reference = false;
        int[] offsets = new int[16];
        int n = 0;
        int at = 0;
        for (DumpType type = dump.types().get(typeId);
                type != null;
                type = dump.types().get(type.superType)) {
            reference |= type.name.equals("java.lang.ref.Reference");
            weak |= type.name.equals("java.lang.ref.WeakReference")
                    || type.name.equals("java.lang.ref.PhantomReference")
                    || type.name.equals("java.lang.ref.SoftReference");
            for (DumpType.Field field : type.fields) {
                boolean skip = reference && type.name.equals("java.lang.ref.Reference") && isLink(field, weak);
                if (field.isReference() && !skip) {
                    if (n == offsets.length) {
                        offsets = Arrays.copyOf(offsets, n * 2);
                    }
                    offsets[n++] = at + field.at();
                }
            }
            at += type.ownBytes;
        }
        int[] layout = Arrays.copyOf(offsets, n);
        layouts.put(typeId, layout);
        return layout;
    }

    /** Fields by which the collector, not the program, holds things. */
    private static boolean isLink(DumpType.Field field, boolean weak) {
        return field.name().equals("discovered") || (weak && field.name().equals("referent"));
    }

    private List<String> path(String className, long grown, boolean bySize) {
        Map<Integer, Group> groups = new HashMap<>();
        Map<Long, Boolean> wanted = new HashMap<>();
        for (int i = 0; i < queued; i++) {
            int slot = queue[i];
            int tag = dump.tagOf(slot);
            if (tag == HeapDump.CLASS) {
                continue;
            }
            boolean is = tag == HeapDump.PRIMITIVES
                    ? dump.typeNameOf(slot).equals(className)
                    : wanted.computeIfAbsent(
                            dump.typeIdOf(slot), t -> canonical(dump.nameOf(t)).equals(canonical(className)));
            if (is && (groups.size() < MOST_GROUPS || groups.containsKey(paths[slot]))) {
                groups.computeIfAbsent(paths[slot], h -> new Group(slot))
                        .add(slot, dump.lengthOf(slot), dump.bytesOf(slot));
            }
        }
        Group best = null;
        for (Group group : groups.values()) {
            if (best == null || group.fits(grown, bySize) > best.fits(grown, bySize)) {
                best = group;
            }
        }
        return best == null ? List.of() : words(best);
    }

    /** Objects that are held alike. */
    private static final class Group {
        private int objects;
        private long bytes;
        private int largest;
        private int length = -1;

        Group(int slot) {
            largest = slot;
        }

        void add(int slot, int itsLength, long itsBytes) {
            objects++;
            bytes += itsBytes;
            if (itsLength > length) {
                largest = slot;
                length = itsLength;
            }
        }

        /** How well the group fits the growth: best when it is as large, or a little larger. */
        double fits(long grown, boolean bySize) {
            if (grown <= 0) {
                return length;
            }
            double ratio = (bySize ? bytes : objects) / (double) grown;
            return ratio >= 1 ? 1 / ratio : ratio;
        }
    }

    /** Without numbers, and without the stars that stand for them: the JVM's histogram and its dump number differently. */
    private static String canonical(String name) {
        return HeapCensus.joinable(name).replace("*", "");
    }

    private List<String> words(Group group) {
        ArrayDeque<Integer> slots = new ArrayDeque<>();
        int slot = group.largest;
        int root = 0;
        for (int step = 0; step < 100_000; step++) {
            slots.addFirst(slot);
            int up = parent[slot];
            if (up < 0) {
                root = -up - 1;
                break;
            }
            slot = up - 1;
        }
        List<String> lines = new ArrayList<>();
        lines.add(rootWords(root, slots.getFirst()));
        int[] chain = slots.stream().mapToInt(Integer::intValue).toArray();
        int skipped = 0;
        for (int i = 0; i < chain.length && lines.size() < MOST_STEPS; i++) {
            String type = dump.typeNameOf(chain[i]);
            boolean inChain = i > 0
                    && i < chain.length - 1
                    && dump.typeIdOf(chain[i]) != 0
                    && dump.typeIdOf(chain[i]) == dump.typeIdOf(chain[i - 1])
                    && dump.typeIdOf(chain[i]) == dump.typeIdOf(chain[i + 1]);
            if (inChain) {
                skipped++;
                continue;
            }
            if (skipped > 0) {
                lines.add("... " + skipped + " more of the same");
                skipped = 0;
            }
            lines.add(type + size(chain[i]) + (i + 1 < chain.length ? field(chain[i], chain[i + 1]) : ""));
        }
        if (group.objects > 1) {
            int last = lines.size() - 1;
            lines.set(last, lines.get(last) + ", and " + (group.objects - 1) + " more held alike");
        }
        if (lines.size() > SHOWN_STEPS) {
            int cut = lines.size() - SHOWN_STEPS;
            lines.subList(SHOWN_STEPS / 2, SHOWN_STEPS / 2 + cut).clear();
            lines.add(SHOWN_STEPS / 2, "... " + cut + " steps");
        }
        return Collections.unmodifiableList(lines);
    }

    private String rootWords(int index, int slot) {
        HeapDump.Root root = rootRecords.get(index);
        if (root == null) {
            return rootNames.get(index);
        }
        return switch (root.tag()) {
            case 0x08 -> "thread \"" + dump.threadNameAt(slot) + "\"";
            case 0x01 -> "native code (JNI global reference)";
            case 0x07 -> "a monitor that a thread holds";
            case 0x02, 0x03, 0x04, 0x06 -> {
                String method = dump.methodOf(root.thread(), root.frame());
                String thread = dump.threadName(root.thread());
                yield method.isEmpty() || method.startsWith("dev.evenkeel.leak.Leak")
                        ? "stack of thread \"" + thread + "\""
                        : "local variable of " + method + " in thread \"" + thread + "\"";
            }
            default -> "the JVM itself";
        };
    }

    private String size(int slot) {
        int length = dump.lengthOf(slot);
        if (length >= 0) {
            return " of " + length;
        }
        if (dump.tagOf(slot) != HeapDump.INSTANCE) {
            return "";
        }
        String name = dump.typeNameOf(slot);
        if (!name.startsWith("java.util.")) {
            return "";
        }
        int size = dump.intField(slot, "size");
        int count = size >= 0 ? size : dump.intField(slot, "elementCount");
        return count >= 0 ? " of " + count : "";
    }

    private String field(int from, int to) {
        long id = dump.idAt(to);
        switch (dump.tagOf(from)) {
            case HeapDump.INSTANCE -> {
                int at = dump.fieldsAt(from);
                for (DumpType type = dump.types().get(dump.typeIdOf(from));
                        type != null;
                        type = dump.types().get(type.superType)) {
                    for (DumpType.Field field : type.fields) {
                        if (field.isReference() && dump.referenceAt(at + field.at()) == id) {
                            return " ." + field.name();
                        }
                    }
                    at += type.ownBytes;
                }
                return " .getClass()";
            }
            case HeapDump.CLASS -> {
                DumpType type = dump.types().get(dump.idAt(from));
                if (type != null) {
                    for (DumpType.Field field : type.statics) {
                        if (dump.referenceAt(field.at()) == id) {
                            return " static ." + field.name();
                        }
                    }
                }
                return " .getClassLoader()";
            }
            default -> {
                return " []";
            }
        }
    }
}
