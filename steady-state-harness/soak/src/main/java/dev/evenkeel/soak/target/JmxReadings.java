package dev.evenkeel.soak.target;

import dev.evenkeel.soak.Evidence;
import dev.evenkeel.soak.ResourceNames;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;

/**
 * A JVM as its platform beans show it, this one or a remote one.
 *
 * <p>{@link #liveSetBytes} and {@link #evidence} make it collect and walk its heap: 14 to 44 ms of pause at 20 MB live, 110 to
 * 470 ms at 400 MB. Everything else costs it some microseconds, and a remote one the threads of its connection. One thread.
 */
public final class JmxReadings {
    /**
     * Classes that are told apart. The class that holds what leaks may be small itself, and is the one to name: past these it
     * holds less than a kilobyte.
     */
    private static final int CLASSES = 1000;

    /** {@code   12:      3456     123456  java.lang.String (java.base@17)}. */
    private static final Pattern CLASS_ROW = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

    /** Frames that are read of each thread, to find the first that is not the JDK's own. */
    private static final int STACK_DEPTH = 32;

    private static final Pattern JDK = Pattern.compile("(java|javax|jdk|sun|com\\.sun)\\..*");

    private static final Pattern FILLER = Pattern.compile(".*jdk\\.internal\\.vm\\.Filler.*");

    private final MBeanServerConnection server;

    private JmxReadings(MBeanServerConnection server) {
        this.server = server;
    }

    /** Over a connection to a JVM. */
    public static JmxReadings of(MBeanServerConnection server) {
        return new JmxReadings(server);
    }

    /** Of this JVM. */
    public static JmxReadings ofThisProcess() {
        return new JmxReadings(ManagementFactory.getPlatformMBeanServer());
    }

    /**
     * Readings by resource name, the live set apart.
     *
     * @throws IOException when it does not answer
     */
    public Map<String, Double> sample() throws IOException {
        Map<String, Double> values = new LinkedHashMap<>();
        put(values, ResourceNames.THREADS, "java.lang:type=Threading", "ThreadCount");
        put(values, ResourceNames.OPEN_FDS, "java.lang:type=OperatingSystem", "OpenFileDescriptorCount");
        put(values, ResourceNames.LOADED_CLASSES, "java.lang:type=ClassLoading", "LoadedClassCount");
        put(values, ResourceNames.DIRECT_MEMORY, "java.nio:type=BufferPool,name=direct", "MemoryUsed");
        put(values, ResourceNames.ALLOCATED, "java.lang:type=Threading", "TotalThreadAllocatedBytes");
        if (!values.containsKey(ResourceNames.ALLOCATED)) {
            allocatedByLiveThreads().ifPresent(bytes -> values.put(ResourceNames.ALLOCATED, bytes));
        }
        double used = 0;
        boolean collected = false;
        for (MemoryPoolMXBean pool : ManagementFactory.getPlatformMXBeans(server, MemoryPoolMXBean.class)) {
            MemoryUsage after = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
            if (after != null) {
                used += after.getUsed();
                collected = true;
            }
        }
        if (collected) {
            values.put(ResourceNames.HEAP_AFTER_GC, used);
        }
        return values;
    }

    /** Of JVMs without a total, JDK 17 before 17.0.15 and JDK 20: what a thread that ended allocated is missing from it. */
    private OptionalDouble allocatedByLiveThreads() throws IOException {
        try {
            ObjectName threading = new ObjectName("java.lang:type=Threading");
            Object ids = server.getAttribute(threading, "AllThreadIds");
            Object each = server.invoke(
                    threading, "getThreadAllocatedBytes", new Object[] {ids}, new String[] {long[].class.getName()});
            return each instanceof long[] bytes
                    ? OptionalDouble.of(
                            (double) Arrays.stream(bytes).filter(b -> b > 0).sum())
                    : OptionalDouble.empty();
        } catch (JMException e) {
            return OptionalDouble.empty();
        }
    }

    private void put(Map<String, Double> values, String resource, String bean, String attribute) throws IOException {
        try {
            if (server.getAttribute(new ObjectName(bean), attribute) instanceof Number number
                    && number.longValue() >= 0) {
                values.put(resource, number.doubleValue());
            }
        } catch (JMException e) {
            // this JVM, or its platform, has no such bean or attribute: absent, not zero
        }
    }

    /** Known limits by resource name. */
    public Map<String, Double> limits() throws IOException {
        Map<String, Double> limits = new LinkedHashMap<>();
        put(limits, ResourceNames.OPEN_FDS, "java.lang:type=OperatingSystem", "MaxFileDescriptorCount");
        long most = ManagementFactory.getPlatformMXBean(server, java.lang.management.MemoryMXBean.class)
                .getHeapMemoryUsage()
                .getMax();
        if (most > 0) {
            limits.put(ResourceNames.HEAP_LIVE, (double) most);
        }
        return limits;
    }

    /**
     * Bytes of live objects, right after a collection; NaN for a JVM that has no class histogram.
     *
     * @throws IOException when it does not answer
     */
    public double liveSetBytes() throws IOException {
        List<Evidence.Row> rows = classes();
        return rows.isEmpty()
                ? Double.NaN
                : rows.stream().mapToDouble(Evidence.Row::amount).sum();
    }

    /** The largest classes, all threads by name, digits as {@code *}, and the buffer pools. */
    public List<Evidence.Row> evidence() throws IOException {
        List<Evidence.Row> rows =
                new ArrayList<>(classes().stream().limit(CLASSES).toList());
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(server, ThreadMXBean.class);
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, String> at = new HashMap<>();
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds(), STACK_DEPTH)) {
            if (thread != null) { // ended between the two calls
                String name = ProcReadings.withoutDigits(thread.getThreadName());
                counts.merge(name, 1, Integer::sum);
                at.putIfAbsent(name, line(thread.getStackTrace()));
            }
        }
        counts.forEach((what, count) ->
                rows.add(new Evidence.Row(ResourceNames.THREADS, what, count, count, at.getOrDefault(what, ""))));
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(server, BufferPoolMXBean.class)) {
            rows.add(new Evidence.Row(
                    ResourceNames.DIRECT_MEMORY, pool.getName() + " buffers", pool.getCount(), pool.getMemoryUsed()));
        }
        return rows;
    }

    /** The first line of a stack that is not the JDK's own and has a number; empty when there is none. */
    private static String line(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (frame.getLineNumber() > 0
                    && frame.getFileName() != null
                    && !JDK.matcher(frame.getClassName()).matches()) {
                return frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                        + frame.getLineNumber() + ")";
            }
        }
        return "";
    }

    /** Largest first, as the JVM lists them. */
    private List<Evidence.Row> classes() throws IOException {
        String text;
        try {
            text = String.valueOf(server.invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()}));
        } catch (JMException e) {
            return List.of();
        }
        Map<String, Evidence.Row> rows = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            Matcher row = CLASS_ROW.matcher(line);
            if (row.matches() && !FILLER.matcher(row.group(3)).matches()) {
                // Hidden classes and lambdas carry an address; without digits they are one row.
                String name = row.group(3).contains("$$Lambda") || row.group(3).contains("0x")
                        ? row.group(3).replaceAll("(0x)?[0-9a-f]{6,}", "*")
                        : row.group(3);
                rows.merge(
                        name,
                        new Evidence.Row(
                                ResourceNames.HEAP_LIVE,
                                name,
                                Double.parseDouble(row.group(1)),
                                Double.parseDouble(row.group(2))),
                        (a, b) -> new Evidence.Row(
                                a.resource(), a.what(), a.count() + b.count(), a.amount() + b.amount()));
            }
        });
        return List.copyOf(rows.values());
    }

    /** Name and start time of the JVM. */
    public String incarnation() throws IOException {
        RuntimeMXBean runtime = ManagementFactory.getPlatformMXBean(server, RuntimeMXBean.class);
        return runtime.getName() + "@" + runtime.getStartTime();
    }

    /** JVM, version and flags, for the reader. */
    public Map<String, String> environment() throws IOException {
        RuntimeMXBean runtime = ManagementFactory.getPlatformMXBean(server, RuntimeMXBean.class);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("service jvm", runtime.getVmName() + " " + runtime.getVmVersion());
        facts.put("service flags", String.join(" ", runtime.getInputArguments()));
        return facts;
    }
}
