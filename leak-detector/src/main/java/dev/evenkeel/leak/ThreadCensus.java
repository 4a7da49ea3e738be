package dev.evenkeel.leak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Live platform threads by name, digits apart. */
final class ThreadCensus implements Census {

    private static final int MOST_STACK_LINES = 24;

    private final ThreadGroup root;
    private final AllowList allowed;
    private Thread[] scratch = new Thread[1024];
    private long[] before = new long[0];

    ThreadCensus(AllowList allowed) {
        this.allowed = allowed;
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        root = group;
    }

    @Override
    public Resource resource() {
        return Resource.THREADS;
    }

    @Override
    public @Nullable String unavailable() {
        return null;
    }

    @Override
    public void baseline() {
        int n = enumerate();
        before = new long[n];
        for (int i = 0; i < n; i++) {
            before[i] = identity(scratch[i]);
        }
        Arrays.sort(before);
        Arrays.fill(scratch, null);
    }

    @Override
    public void read(SeriesTable table, int reading) {
        int n = enumerate();
        for (int i = 0; i < n; i++) {
            String name = scratch[i].getName();
            if (!allowed.allows(name)) {
                table.add(reading, SeriesTable.keyWithoutDigits(name), 1);
                table.add(reading, SeriesTable.TOTAL, 1);
            }
        }
        Arrays.fill(scratch, null); // a kept reference would make a dead thread a leak of ours
    }

    @Override
    public List<Group> evidence(KeySet keys) {
        boolean any = keys.contains(SeriesTable.TOTAL);
        Map<String, List<Thread>> byStack = new LinkedHashMap<>();
        Map<String, StackTraceElement[]> stacks = new LinkedHashMap<>();
        int n = enumerate();
        for (int i = 0; i < n; i++) {
            Thread thread = scratch[i];
            String name = thread.getName();
            if (allowed.allows(name) || Arrays.binarySearch(before, identity(thread)) >= 0) {
                continue;
            }
            long key = SeriesTable.keyWithoutDigits(name);
            if (any || keys.contains(key)) {
                StackTraceElement[] stack = thread.getStackTrace();
                String group = SeriesTable.withoutDigits(name) + '\n' + Arrays.toString(stack);
                byStack.computeIfAbsent(group, g -> new ArrayList<>()).add(thread);
                stacks.put(group, stack);
            }
        }
        Arrays.fill(scratch, null);
        List<Group> groups = new ArrayList<>();
        byStack.forEach((group, threads) -> {
            Thread first = threads.get(0);
            StackTraceElement[] stack = stacks.getOrDefault(group, new StackTraceElement[0]);
            List<String> detail = Arrays.stream(stack)
                    .limit(MOST_STACK_LINES)
                    .map(ThreadCensus::line)
                    .toList();
            groups.add(new Group(
                    SeriesTable.keyWithoutDigits(first.getName()),
                    threads.size() == 1 ? first.getName() : SeriesTable.withoutDigits(first.getName()),
                    threads.size(),
                    first.getState() + ", daemon=" + first.isDaemon() + whereabouts(stack),
                    detail,
                    threads.stream().map(Thread::getId).toList()));
        });
        groups.sort(Comparator.comparingLong(Group::count).reversed());
        return groups;
    }

    private static String line(StackTraceElement frame) {
        String file = frame.getFileName();
        return "at " + frame.getClassName() + "." + frame.getMethodName() + "("
                + (file == null ? "unknown source" : file + ":" + frame.getLineNumber()) + ")";
    }

    /** The two innermost frames outside the machinery of waiting: what the thread does there. */
    private static String whereabouts(StackTraceElement[] stack) {
        StringBuilder out = new StringBuilder();
        int shown = 0;
        for (StackTraceElement frame : stack) {
            String type = frame.getClassName();
            if (type.startsWith("jdk.internal.")
                    || type.startsWith("java.util.concurrent.locks.")
                    || type.equals("java.lang.Object")
                    || type.equals("java.lang.Thread")) {
                continue;
            }
            String simple = type.substring(type.lastIndexOf('.') + 1);
            out.append(shown == 0 ? ", at " : " <- ").append(simple).append('.').append(frame.getMethodName());
            if (++shown == 2) {
                break;
            }
        }
        return out.toString();
    }

    private int enumerate() {
        int n = root.enumerate(scratch, true);
        while (n == scratch.length) {
            scratch = new Thread[scratch.length * 2];
            n = root.enumerate(scratch, true);
        }
        return n;
    }

    private static long identity(Thread thread) {
        // The id, which user code may override on 17, and the identity hash beside it: both would have to collide.
        return thread.getId() << 32 ^ System.identityHashCode(thread);
    }
}
