package dev.evenkeel.leak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** What is asked once a leak is certain, because it is too dear before: who holds it, and which line made it. */
final class SecondLook {
    /** Methods through which things come into being, by resource: what Flight Recorder traces on JDK 25 and newer. */
    private static final Map<Resource, List<String>> MAKERS = Map.of(
            Resource.FILE_DESCRIPTORS,
                    List.of(
                            "java.io.FileInputStream::<init>",
                            "java.io.FileOutputStream::<init>",
                            "java.io.RandomAccessFile::<init>",
                            "java.util.zip.ZipFile::<init>",
                            "sun.nio.fs.UnixFileSystemProvider::newFileChannel",
                            "sun.nio.fs.UnixFileSystemProvider::newByteChannel",
                            "sun.nio.fs.UnixFileSystemProvider::newDirectoryStream",
                            "sun.nio.ch.NioSocketImpl::create",
                            "sun.nio.ch.SocketChannelImpl::<init>",
                            "sun.nio.ch.ServerSocketChannelImpl::<init>",
                            "sun.nio.ch.DatagramChannelImpl::<init>",
                            "sun.nio.ch.EPollSelectorImpl::<init>",
                            "sun.nio.ch.PipeImpl::<init>"),
            Resource.VIRTUAL_THREADS, List.of("java.lang.VirtualThread::<init>"),
            Resource.TEMP_FILES, List.of("java.io.File::createTempFile", "java.nio.file.TempFileHelper::create"),
            Resource.MBEANS, List.of("com.sun.jmx.mbeanserver.JmxMBeanServer::registerMBean"),
            Resource.SHUTDOWN_HOOKS, List.of("java.lang.Runtime::addShutdownHook"),
            Resource.BUFFERS, List.of("java.nio.DirectByteBuffer::<init>"),
            Resource.CLASSES, List.of("java.lang.ClassLoader::<init>", "java.lang.ClassLoader::defineClass"),
            Resource.QUEUED_TASKS, List.of("java.util.concurrent.FutureTask::<init>", "java.util.TimerTask::<init>"));

    /** Classes of one finding whose holders are looked for. */
    private static final int MOST_LOOKS = 8;

    private final Platform platform;
    private final List<String> notes;

    SecondLook(Platform platform, List<String> notes) {
        this.platform = platform;
        this.notes = notes;
    }

    /** The findings with what a second look adds to the certain ones. Runs the action some more times. */
    List<LeakFinding> at(List<LeakFinding> findings, LeakAction action) {
        List<LeakFinding> looked = withHolders(findings);
        if (looked.stream().anyMatch(LeakFinding::certain)) {
            trace(looked, action);
        }
        looked.replaceAll(SecondLook::namedByItsHolder);
        return looked;
    }

    /** The findings with who holds them, where the action must not run any more. */
    List<LeakFinding> holders(List<LeakFinding> findings) {
        List<LeakFinding> looked = withHolders(findings);
        looked.replaceAll(SecondLook::namedByItsHolder);
        return looked;
    }

    private List<LeakFinding> withHolders(List<LeakFinding> findings) {
        List<LeakFinding> looked = new ArrayList<>(findings);
        HeapDump dump = null;
        HeapPaths paths = null;
        for (int i = 0; i < looked.size(); i++) {
            LeakFinding f = looked.get(i);
            if (f.certain() && f.resource() == Resource.VIRTUAL_THREADS) {
                looked.set(i, withStacks(f));
            }
            if (!f.certain() || objectsOf(f).isEmpty()) {
                continue;
            }
            if (dump == null) {
                dump = dump(looked);
                paths = dump == null ? null : HeapPaths.of(dump);
            }
            if (paths != null) {
                looked.set(i, withPath(paths, f));
            }
        }
        if (dump != null) {
            dump.close();
        }
        return looked;
    }

    /**
     * What says nothing of whose it is, such as an array of bytes, goes by the name of the field that holds it, and another class of
     * the platform by its own name and that one's.
     */
    private static LeakFinding namedByItsHolder(LeakFinding f) {
        int tier = f.resource() == Resource.HEAP ? HeapCensus.tier(f.culprit()) : 0;
        String holder = tier >= HeapCensus.PLATFORM ? Holder.of(f.heldBy()) : "";
        if (holder.isEmpty()) {
            return f;
        }
        String named = tier >= HeapCensus.TELLS_LITTLE ? holder : f.culprit() + " in " + holder;
        return f.withEvidence(named, f.evidence());
    }

    /** The class whose objects are to be found in the dump; empty where no object tells of the leak. */
    private static String objectsOf(LeakFinding f) {
        return switch (f.resource()) {
            case HEAP, QUEUED_TASKS -> f.culprit();
            case CLASSES -> f.culprit().contains("ClassLoader") ? f.culprit() : "";
            case BUFFERS -> "java.nio.DirectByteBuffer";
            default -> "";
        };
    }

    private static boolean isObject(LeakFinding f) {
        return f.resource() == Resource.HEAP || f.resource() == Resource.QUEUED_TASKS;
    }

    private LeakFinding withStacks(LeakFinding f) {
        try {
            List<LeakFinding.Evidence> evidence = new ArrayList<>(VirtualThreads.groups());
            String culprit = evidence.isEmpty() ? f.culprit() : evidence.get(0).what();
            evidence.addAll(f.evidence());
            return f.withEvidence(culprit, evidence);
        } catch (IOException e) {
            notes.add("the stacks of the virtual threads were not found out: " + e.getMessage());
            return f;
        }
    }

    private static LeakFinding withPath(HeapPaths paths, LeakFinding f) {
        long objects = f.evidence().isEmpty() ? 0 : f.evidence().get(0).count();
        List<String> path = paths.to(objectsOf(f), objects, isObject(f) ? f.grown() : 0);
        if (isObject(f) && HeapCensus.tier(f.culprit()) >= HeapCensus.PLATFORM && !isHeldByTheApplication(path)) {
            // The platform has tables of its own, of loggers for instance: another class of what leaks may be the
            // application's.
            for (int i = 1; i < Math.min(f.evidence().size(), MOST_LOOKS); i++) {
                LeakFinding.Evidence e = f.evidence().get(i);
                List<String> other = e.count() <= 0 || HeapCensus.isArrayOfPrimitives(e.what())
                        ? List.of()
                        : paths.to(e.what(), e.count(), 0);
                if (isHeldByTheApplication(other)) {
                    return HeapRows.lookedAt(f.withFirst(i), other);
                }
            }
        }
        return path.isEmpty() ? f : HeapRows.lookedAt(f, path);
    }

    private static boolean isHeldByTheApplication(List<String> path) {
        String holder = Holder.of(path);
        return !holder.isEmpty() && HeapCensus.tier(holder) == 0;
    }

    /** Writes the live objects into a temporary file, maps it and deletes it; null when that cannot be, which is noted. */
    private @Nullable HeapDump dump(List<LeakFinding> findings) {
        Path directory = null;
        Path file = null;
        try {
            directory = Files.createTempDirectory("evenkeel-heap");
            file = directory.resolve("live.hprof");
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                            "dumpHeap",
                            new Object[] {file.toString(), true},
                            new String[] {String.class.getName(), boolean.class.getName()});
            boolean primitives = findings.stream().anyMatch(f -> HeapCensus.isArrayOfPrimitives(objectsOf(f)));
            return new HeapDump(file, primitives);
        } catch (IOException | JMException | RuntimeException e) {
            notes.add("who holds the objects was not found out: " + e.getMessage());
            return null;
        } finally {
            delete(file);
            delete(directory);
        }
    }

    private static void delete(@Nullable Path path) {
        try {
            if (path != null) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            path.toFile().deleteOnExit();
        }
    }

    private void trace(List<LeakFinding> findings, LeakAction action) {
        if (!platform.flightRecorder()) {
            notes.add(
                    "where the leaks were made was not found out: this JVM has no Flight Recorder; add the module jdk.jfr");
            return;
        }
        List<String> methods = new ArrayList<>();
        List<String> classes = new ArrayList<>();
        for (LeakFinding f : findings) {
            if (!f.certain()) {
                continue;
            }
            methods.addAll(MAKERS.getOrDefault(f.resource(), List.of()));
            if (isObject(f)) {
                classes.add(f.culprit());
                if (f.culprit().matches("[\\w.$]+")) {
                    methods.add(f.culprit() + "::<init>");
                }
            }
        }
        try {
            Retrace retrace = Retrace.of(action, methods, classes, platform.waiter());
            for (int i = 0; i < findings.size(); i++) {
                LeakFinding f = findings.get(i);
                if (f.certain()) {
                    List<String> stack = retrace.stackFor(f, MAKERS.getOrDefault(f.resource(), List.of()));
                    findings.set(i, f.lookedAt(f.resource(), f.heldBy(), stack));
                }
            }
        } catch (Exception | OutOfMemoryError e) { // a leak may have filled the heap by now, and it is found already
            notes.add(String.format(
                    Locale.ROOT, "where the leaks were made was not found out: running once more failed with %s", e));
        }
    }
}
