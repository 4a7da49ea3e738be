package dev.evenkeel.metrics.resource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A control group of this test's own, at the top of each hierarchy, and the processes it started in it. */
final class ChildGroup implements AutoCloseable {
    private static final List<String> VERSION1 = List.of("memory", "cpu", "cpuacct", "pids");
    private static final long DEADLINE_NANOS = 20_000_000_000L;
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Map<String, Path> folders = new LinkedHashMap<>();
    private final List<Process> processes = new ArrayList<>();

    private ChildGroup() {}

    /**
     * Makes the folders.
     *
     * @throws IOException with the reason, when this host or its permissions have no room for the test
     */
    static ChildGroup create() throws IOException {
        ChildGroup group = new ChildGroup();
        String name = "evenkeel-test-" + ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
                String[] right = line.substring(line.indexOf(" - ") + 3).split(" ", 3);
                Path mountPoint = Path.of(line.split(" ")[4]);
                if (right[0].equals("cgroup2")) {
                    group.makeVersion2(mountPoint, name);
                } else if (right[0].equals("cgroup")) {
                    for (String controller : VERSION1) {
                        if (List.of(right[2].split(",")).contains(controller)) {
                            group.folders.put(controller, mkdir(mountPoint.resolve(name)));
                        }
                    }
                }
            }
            for (String controller : VERSION1) {
                if (!group.folders.containsKey(controller) && !controller.equals("cpuacct")) {
                    throw new IOException("the " + controller + " controller cannot be had here");
                }
            }
            return group;
        } catch (IOException e) {
            group.close();
            throw e;
        }
    }

    private void makeVersion2(Path mountPoint, String name) throws IOException {
        Path folder = mkdir(mountPoint.resolve(name));
        folders.put("unified", folder);
        String enabled = Files.readString(folder.resolve("cgroup.controllers"));
        for (String controller : VERSION1) {
            if (List.of(enabled.strip().split(" ")).contains(controller)) {
                folders.put(controller, folder);
            }
        }
    }

    private static Path mkdir(Path folder) throws IOException {
        return Files.isDirectory(folder) ? folder : Files.createDirectory(folder);
    }

    boolean version2() {
        return folders.get("unified") == folders.get("memory");
    }

    boolean hasPressure() {
        Path unified = folders.get("unified");
        return unified != null && Files.exists(unified.resolve("memory.pressure"));
    }

    Path file(String controller, String name) {
        return folders.get(controller).resolve(name);
    }

    void limitMemory(long bytes) throws IOException {
        set("memory", version2() ? "memory.max" : "memory.limit_in_bytes", "" + bytes);
    }

    void limitCpu(int percent) throws IOException {
        if (version2()) {
            set("cpu", "cpu.max", percent * 1000 + " 100000");
        } else {
            set("cpu", "cpu.cfs_period_us", "100000");
            set("cpu", "cpu.cfs_quota_us", "" + percent * 1000);
        }
    }

    void limitPids(int processes) throws IOException {
        set("pids", "pids.max", "" + processes);
    }

    private void set(String controller, String name, String value) throws IOException {
        Files.writeString(file(controller, name), value);
    }

    /** Starts a shell in the group, which then runs a script. What the script starts is in the group too. */
    Process start(String script) throws IOException {
        StringBuilder enter = new StringBuilder();
        for (Path folder : folders.values()) {
            enter.append("echo $$ > '").append(folder).append("/cgroup.procs' || exit 99\n");
        }
        Process process = new ProcessBuilder("sh", "-c", enter + script)
                .redirectError(ProcessBuilder.Redirect.DISCARD) // the shell tells of children that were killed
                .start();
        processes.add(process);
        return process;
    }

    /** Takes a process, and none of its children, over from another group. */
    void adopt(Process process) throws IOException {
        for (String controller : folders.keySet()) {
            set(controller, "cgroup.procs", "" + process.pid());
        }
    }

    /** Kills what runs in the group and removes it; a group is busy until the kernel has buried its last process. */
    @Override
    public void close() throws IOException {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        try {
            for (Process process : processes) {
                process.waitFor(20, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        removeFolders();
    }

    void removeFolders() throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        for (Path folder : folders.values()) {
            while (Files.exists(folder)) {
                try {
                    Files.deleteIfExists(folder);
                } catch (IOException e) {
                    if (System.nanoTime() > deadline) {
                        throw e;
                    }
                    Thread.yield();
                }
            }
        }
    }
}
