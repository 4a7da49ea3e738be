package dev.evenkeel.metrics.resource;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/** Follows the limit in a tree of files, once at the start and once for each line of its input. */
final class MemoryLimitProgram {
    private MemoryLimitProgram() {}

    public static void main(String[] args) throws IOException {
        MemoryLimitHeap heap = new MemoryLimitHeap();
        MemoryLimitFollower follower = new MemoryLimitFollower(Path.of(args[0]), heap, System.getLogger("follower"));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        do {
            follower.follow();
            String soft = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption("SoftMaxHeapSize")
                    .getValue();
            System.out.println("RESULT " + heap.honoursSoftMax() + " " + soft + " "
                    + follower.advice().orElseThrow().heapBytes());
        } while (in.readLine() != null);
    }
}
