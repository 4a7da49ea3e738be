package dev.evenkeel.leak;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;

/**
 * What the detector asks of the machine and the JVM, in one place so that a test can take some of it away.
 *
 * @param descriptors directory with a link for each open descriptor
 * @param temporary directory of temporary files
 * @param children child processes of this one
 * @param beans servers of MBeans that exist already
 * @param heap the live objects
 * @param waiter time
 * @param softReferences clears them; returns why not, or ""
 * @param flightRecorder whether the module {@code jdk.jfr} is there
 */
record Platform(
        Path descriptors,
        Path temporary,
        Supplier<Stream<ProcessHandle>> children,
        Supplier<List<MBeanServer>> beans,
        Supplier<HeapCensus> heap,
        Waiter waiter,
        Supplier<String> softReferences,
        boolean flightRecorder) {

    /** One for all, by which readings of the heap are known to be of the same one. */
    private static final Supplier<HeapCensus> HEAP = HeapCensus::ofThisJvm;

    static Platform ofThisJvm() {
        return new Platform(
                Path.of("/proc/self/fd"),
                Path.of(System.getProperty("java.io.tmpdir", "/tmp")),
                Children::now,
                () -> MBeanServerFactory.findMBeanServer(null),
                HEAP,
                Waiter.system(),
                SoftReferences::clear,
                ModuleLayer.boot().findModule("jdk.jfr").isPresent());
    }

    Platform withDescriptors(Path directory) {
        return new Platform(directory, temporary, children, beans, heap, waiter, softReferences, flightRecorder);
    }

    Platform withTemporary(Path directory) {
        return new Platform(descriptors, directory, children, beans, heap, waiter, softReferences, flightRecorder);
    }

    Platform withChildren(Supplier<Stream<ProcessHandle>> processes) {
        return new Platform(descriptors, temporary, processes, beans, heap, waiter, softReferences, flightRecorder);
    }

    Platform withHeap(Supplier<HeapCensus> census) {
        return new Platform(descriptors, temporary, children, beans, census, waiter, softReferences, flightRecorder);
    }

    Platform withWaiter(Waiter other, Supplier<String> clearing) {
        return new Platform(descriptors, temporary, children, beans, heap, other, clearing, flightRecorder);
    }

    Platform withoutFlightRecorder() {
        return new Platform(descriptors, temporary, children, beans, heap, waiter, softReferences, false);
    }
}
