package dev.evenkeel.leak;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** The table of resources: which census counts which, and which of them are left out for what reason. */
final class Censuses {
    /** Object names of pools and the attribute that counts what is borrowed. */
    private static final Map<String, String> KNOWN_POOLS = Map.of(
            "com.zaxxer.hikari:type=Pool (*)", "ActiveConnections",
            "tomcat.jdbc:type=ConnectionPool,*", "Active",
            "org.apache.commons.dbcp2:*", "NumActive",
            "com.mchange.v2.c3p0:type=PooledDataSource,*", "numBusyConnectionsAllUsers",
            "com.alibaba.druid:type=DruidDataSource,*", "ActiveCount");

    private final List<Census> all = new ArrayList<>();
    private final Map<Resource, String> notWatched = new TreeMap<>();
    private @Nullable HeapCensus heap;

    private Censuses() {}

    static Censuses of(LeakOptions options, Platform platform) {
        Censuses made = new Censuses();
        notWatchedByChoice(options, made.notWatched);
        made.add(options, new ThreadCensus(AllowList.of(options, Resource.THREADS)));
        made.add(options, listed(options, Resource.CHILD_PROCESSES, new ChildProcesses(platform)));
        made.add(
                options,
                new FileDescriptorCensus(platform.descriptors(), AllowList.of(options, Resource.FILE_DESCRIPTORS)));
        made.add(options, new TempFiles(platform.temporary().toFile(), AllowList.of(options, Resource.TEMP_FILES)));
        made.add(options, counted(options, Resource.POOLED_CONNECTIONS, new Pools(platform, options.poolBeans())));
        made.add(options, listed(options, Resource.MBEANS, new Beans(platform)));
        Hooks hooks = new Hooks();
        if (hooks.unavailable() == null || !options.heap()) { // with the heap they are found as objects
            made.add(options, listed(options, Resource.SHUTDOWN_HOOKS, hooks));
        }
        made.add(options, counted(options, Resource.BUFFERS, new Buffers()));
        made.add(options, counted(options, Resource.CLASSES, new Classes()));
        if (options.heap() && options.watched().contains(Resource.HEAP)) {
            HeapCensus census = platform.heap().get();
            census.allow(AllowList.of(options, Resource.HEAP));
            made.heap = census;
            String why = census.unavailable();
            if (why != null) {
                for (Resource resource : Resource.values()) {
                    if (resource.freedByCollection()) {
                        made.notWatched.putIfAbsent(resource, why);
                    }
                }
            }
        }
        return made;
    }

    /** Just these, for tests. */
    static Censuses of(List<? extends Census> censuses, @Nullable HeapCensus heap) {
        Censuses made = new Censuses();
        for (Census census : censuses) {
            made.addOrTell(census);
        }
        made.heap = heap;
        return made;
    }

    private static void notWatchedByChoice(LeakOptions options, Map<Resource, String> notWatched) {
        notWatched.putAll(options.leftOut());
        if (!options.heap()) {
            for (Resource resource : Resource.values()) {
                if (resource.freedByCollection()) {
                    notWatched.putIfAbsent(resource, "readings of the heap are switched off");
                }
            }
        }
        if (Runtime.version().feature() < 21) {
            notWatched.remove(Resource.VIRTUAL_THREADS); // there are none
        }
    }

    private void add(LeakOptions options, Census census) {
        Resource resource = census.resource();
        if (notWatched.containsKey(resource) || (resource.freedByCollection() && !options.heap())) {
            return;
        }
        addOrTell(census);
    }

    private void addOrTell(Census census) {
        String why = census.unavailable();
        if (why == null) {
            all.add(census);
        } else {
            notWatched.put(census.resource(), why);
        }
    }

    private static Census listed(LeakOptions options, Resource resource, ListCensus.Source source) {
        return new ListCensus(resource, source, AllowList.of(options, resource));
    }

    private static Census counted(LeakOptions options, Resource resource, CountCensus.Source source) {
        return new CountCensus(resource, source, AllowList.of(options, resource));
    }

    /** All but the heap. */
    List<Census> all() {
        return all;
    }

    /** The heap; null when it is switched off. It may say that it cannot be read. */
    @Nullable
    HeapCensus heap() {
        return heap;
    }

    /** What is not judged, and why. */
    Map<Resource, String> notWatched() {
        return notWatched;
    }

    /** Child processes by their command. */
    private record ChildProcesses(Platform platform) implements ListCensus.Source {
        private static final String PID = "pid ";

        @Override
        public @Nullable String unavailable() {
            try (Stream<ProcessHandle> children = platform.children().get()) {
                var unused = children.findFirst(); // only to see whether it may be asked
                return null;
            } catch (UnsupportedOperationException | SecurityException e) {
                return "this JVM does not tell its child processes (" + e + ")";
            }
        }

        @Override
        public void list(ListCensus.Sink sink) {
            try (Stream<ProcessHandle> children = platform.children().get()) {
                children.filter(ProcessHandle::isAlive).forEach(child -> {
                    ProcessHandle.Info info = child.info();
                    String command = info.command().orElse("a process that tells no command");
                    sink.thing(
                            command,
                            PID + child.pid() + ": " + info.commandLine().orElse(command));
                });
            }
        }

        @Override
        public long idOf(String identity) {
            return Long.parseLong(identity.substring(PID.length(), identity.indexOf(':')));
        }
    }

    /** MBeans of all servers that exist already. */
    private record Beans(Platform platform) implements ListCensus.Source {
        @Override
        public @Nullable String unavailable() {
            return null;
        }

        @Override
        public void list(ListCensus.Sink sink) {
            List<MBeanServer> servers = platform.beans().get();
            for (int i = 0; i < servers.size(); i++) {
                // More than one are rare, and each of them has beans of the same names.
                String ofServer =
                        i == 0 ? "" : " of server " + Integer.toHexString(System.identityHashCode(servers.get(i)));
                for (ObjectName name : servers.get(i).queryNames(null, null)) {
                    String text = name.getCanonicalName();
                    sink.thing(text, text + ofServer);
                }
            }
        }
    }

    /** What is borrowed from the pools that have an MBean. */
    private static final class Pools implements CountCensus.Source {
        private final Platform platform;
        private final Map<ObjectName, String> patterns = new LinkedHashMap<>();

        Pools(Platform platform, Map<String, String> more) {
            this.platform = platform;
            Map<String, String> all = new TreeMap<>(KNOWN_POOLS);
            all.putAll(more);
            all.forEach((pattern, attribute) -> {
                try {
                    patterns.put(ObjectName.getInstance(pattern), attribute);
                } catch (JMException e) {
                    throw new IllegalArgumentException(e); // LeakOptions has refused it
                }
            });
        }

        @Override
        public @Nullable String unavailable() {
            return null;
        }

        @Override
        public void count(CountCensus.Sink sink) {
            for (MBeanServer server : platform.beans().get()) {
                patterns.forEach((pattern, attribute) -> {
                    for (ObjectName bean : server.queryNames(pattern, null)) {
                        try {
                            if (server.getAttribute(bean, attribute) instanceof Number active) {
                                sink.count(bean.getCanonicalName(), active.longValue(), 0);
                            }
                        } catch (JMException | RuntimeException notAPool) {
                            // A bean of the same domain without the attribute counts nothing that is borrowed.
                        }
                    }
                });
            }
        }
    }

    /** Shutdown hooks, where the JVM was started so that they can be seen. */
    private static final class Hooks implements ListCensus.Source {
        @Override
        public @Nullable String unavailable() {
            Module base = Object.class.getModule();
            return base.isOpen("java.lang", Hooks.class.getModule())
                    ? null
                    : "the JDK hides its list of shutdown hooks; start the JVM with --add-opens java.base/java.lang=ALL-UNNAMED,"
                            + " or let the heap be read, where a hook is found as an object";
        }

        @Override
        public void list(ListCensus.Sink sink) {
            try {
                var field = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
                field.setAccessible(true);
                if (field.get(null) instanceof Map<?, ?> hooks) {
                    for (Object hook : hooks.keySet().toArray()) {
                        sink.thing(
                                hook.getClass().getName(),
                                hook + "@" + Integer.toHexString(System.identityHashCode(hook)));
                    }
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(
                        "Cannot list shutdown hooks on this JDK, which keeps them elsewhere: " + e
                                + ". Leave them out: LeakOptions.without(Resource.SHUTDOWN_HOOKS, reason).",
                        e);
            }
        }
    }

    /** Direct and mapped buffers that are reachable still. */
    private static final class Buffers implements CountCensus.Source {
        private final List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);

        @Override
        public @Nullable String unavailable() {
            return pools.isEmpty() ? "this JVM has no beans of its buffer pools" : null;
        }

        @Override
        public void count(CountCensus.Sink sink) {
            for (BufferPoolMXBean pool : pools) {
                sink.count(pool.getName() + " buffers", pool.getCount(), pool.getMemoryUsed());
            }
        }
    }

    /** Loaded classes; for the report, the loaders that hold the new ones. */
    private static final class Classes implements CountCensus.Source {
        private final ClassLoadingMXBean bean = ManagementFactory.getClassLoadingMXBean();
        private final ClassNames names = new ClassNames();
        private Map<String, long[]> loadersBefore = Map.of();

        @Override
        public @Nullable String unavailable() {
            return null;
        }

        @Override
        public void count(CountCensus.Sink sink) {
            sink.count("loaded classes", bean.getLoadedClassCount(), 0);
        }

        @Override
        public void baseline() {
            loadersBefore = ClassLoaders.read();
            names.baseline();
        }

        /** The loader that there are more of, or, where there are no more loaders, the class that is defined again and again. */
        @Override
        public List<String> more() {
            List<String> lines = new ArrayList<>();
            String culprit = "";
            long most = 0;
            long newLoaders = 0;
            for (Map.Entry<String, long[]> loader : ClassLoaders.read().entrySet()) {
                long[] had = loadersBefore.getOrDefault(loader.getKey(), new long[2]);
                long loaders = loader.getValue()[0] - had[0];
                long classes = loader.getValue()[1] - had[1];
                if (classes <= 0) {
                    continue;
                }
                String line = String.format(
                        Locale.ROOT, "%,d classes more by %,d loaders more of %s", classes, loaders, loader.getKey());
                lines.add(classes > most ? 0 : lines.size(), line);
                if (classes > most) {
                    most = classes;
                    culprit = loader.getKey();
                    newLoaders = loaders;
                }
            }
            List<ClassNames.Grown> again = names.grown();
            for (ClassNames.Grown name : again) {
                lines.add(String.format(Locale.ROOT, "%,d more of the name %s", name.more(), name.name()));
            }
            if (newLoaders == 0 && !again.isEmpty()) {
                culprit = again.get(0).name();
            }
            if (!culprit.isEmpty()) {
                lines.add(0, culprit);
            }
            return lines;
        }
    }
}
