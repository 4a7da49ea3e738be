package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The real {@code sched_getcpu}, in a JVM of its own that was given native access. Linux with JDK 22 or newer only. */
class CurrentCpuTest {
    private static String run(List<String> options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-cp", place(CurrentCpu.class) + File.pathSeparator + place(Child.class), Child.class.getName()));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), output);
        return output.trim();
    }

    private static String place(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    @Test
    void processorIsOnlineAndAllowed() throws Exception {
        assumeTrue(Runtime.version().feature() >= 22
                && System.getProperty("os.name").equals("Linux"));

        assertEquals("ok", run(List.of("--enable-native-access=ALL-UNNAMED")));
    }

    @Test
    void nothingIsPrintedWithoutNativeAccess() throws Exception {
        assumeTrue(Runtime.version().feature() >= 22);

        assertEquals(
                "native access is not enabled; start the JVM with --enable-native-access=ALL-UNNAMED", run(List.of()));
    }

    /** What the child runs: it prints the problem, or what is wrong with the processors it was told, or ok. */
    static final class Child {
        public static void main(String[] args) {
            if (!CurrentCpu.problem().isEmpty()) {
                System.out.println(CurrentCpu.problem());
                return;
            }
            Topology topology = Topology.system();
            List<Integer> online =
                    topology.cpus().stream().map(Topology.Cpu::id).toList();
            for (int i = 0; i < 100_000; i++) {
                int cpu = CurrentCpu.get();
                if (!online.contains(cpu)) {
                    System.out.println("processor " + cpu + " is not one of " + online);
                    return;
                }
            }
            System.out.println("ok");
        }
    }
}
