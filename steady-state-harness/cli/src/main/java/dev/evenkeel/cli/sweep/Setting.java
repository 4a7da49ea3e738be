package dev.evenkeel.cli.sweep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One cell of the sweep: a collector and a heap.
 *
 * @param heapMiB the heap's size in MiB, least and most
 */
record Setting(Collector collector, int heapMiB) {

    /** {@code parallel-256m}, fit for a file's name. */
    String key() {
        return collector.key() + "-" + heapMiB + "m";
    }

    /** As a reader sees it. */
    String title() {
        return collector.title() + " at " + heapMiB + "m";
    }

    /**
     * What the JVM is started with. The heap has its size from the start, so that no run spends its time growing it.
     *
     * @param gcLog where its log goes; {@code %p} stands for the process
     */
    List<String> jvmFlags(Path gcLog) {
        List<String> flags = new ArrayList<>(collector.flags());
        flags.add("-Xms" + heapMiB + "m");
        flags.add("-Xmx" + heapMiB + "m");
        flags.addAll(commonFlags(gcLog));
        return flags;
    }

    /** What each JVM is started with, a pilot's too: a log of all collections, and an end at the first lack of memory. */
    static List<String> commonFlags(Path gcLog) {
        return List.of(
                "-XX:+ExitOnOutOfMemoryError", "-Xlog:gc*=info:file=" + gcLog + ":timemillis,level,tags:filecount=0");
    }
}
