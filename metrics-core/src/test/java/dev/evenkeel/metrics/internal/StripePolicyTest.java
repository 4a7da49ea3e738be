package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StripePolicyTest {
    private static final IntSupplier NEVER = () -> {
        throw new AssertionError("asked for the processor");
    };

    @TempDir
    private Path sys;

    private int cpu;

    /** Nodes with some cores of two threads each, numbered as Linux does: first threads of all cores first. */
    private Topology machine(int nodes, int coresPerNode) throws IOException {
        int cores = nodes * coresPerNode;
        for (int id = 0; id < 2 * cores; id++) {
            int core = id % cores;
            Path topology =
                    Files.createDirectories(sys.resolve("devices/system/cpu").resolve("cpu" + id + "/topology"));
            Files.writeString(topology.resolve("thread_siblings_list"), core + "," + (core + cores) + "\n");
        }
        for (int node = 0; node < nodes; node++) {
            Path directory = Files.createDirectories(sys.resolve("devices/system/node/node" + node));
            int from = node * coresPerNode;
            int to = from + coresPerNode - 1;
            Files.writeString(
                    directory.resolve("cpulist"), from + "-" + to + "," + (from + cores) + "-" + (to + cores) + "\n");
        }
        return Topology.read(sys);
    }

    private static void assertMix(StripePolicy policy) {
        assertFalse(policy.isTopologyAware());
        for (int i = 0; i < 200; i++) {
            Thread thread = new Thread();
            for (int stripes = 1; stripes <= 64; stripes *= 2) {
                assertEquals(StripePolicy.mix().indexOf(thread, stripes), policy.indexOf(thread, stripes));
            }
        }
    }

    @Test
    void mixIsTheChoiceThatStripesMake() {
        assertMix(StripePolicy.mix());
        assertEquals("", StripePolicy.mix().reason());
    }

    @Test
    void oneNodeIsTheMixAndNeverAsksForTheProcessor() throws IOException {
        StripePolicy policy = StripePolicy.of(machine(1, 4), NEVER, "");

        assertMix(policy);
        assertSame(StripePolicy.mix().getClass(), policy.getClass());
        assertEquals(
                "One NUMA node may be used (sockets=0 nodes=1 cores=4 processors=8): there is nothing to choose. Stripes are"
                        + " chosen by thread number.",
                policy.reason());
    }

    @Test
    void processLimitedToOneNodeIsTheMix() throws IOException {
        BitSet second = new BitSet();
        second.set(4, 8);

        assertMix(StripePolicy.of(machine(2, 4).only(second), NEVER, ""));
    }

    @Test
    void hiddenTopologyIsTheMixAndSaysSo() {
        StripePolicy policy = StripePolicy.of(Topology.read(sys), NEVER, "");

        assertMix(policy);
        assertTrue(policy.reason().startsWith("Cannot tell NUMA nodes apart: sysfs shows none."), policy.reason());
    }

    @Test
    void withoutTheProcessorItIsTheMixAndSaysWhy() throws IOException {
        StripePolicy policy =
                StripePolicy.of(machine(2, 2), NEVER, "JDK 17 cannot call sched_getcpu; JDK 22 or newer can");

        assertMix(policy);
        assertEquals(
                "Cannot choose stripes by NUMA node (sockets=0 nodes=2 cores=4 processors=8): JDK 17 cannot call sched_getcpu;"
                        + " JDK 22 or newer can. Stripes are chosen by thread number, which is as exact, and slower where"
                        + " virtual threads of several sockets write one series.",
                policy.reason());
    }

    @ParameterizedTest
    @CsvSource({"2, 8", "2, 48", "3, 4", "4, 4", "6, 8", "8, 2"})
    void nodesShareNoStripeAndUseThemAll(int nodes, int coresPerNode) throws IOException {
        Topology topology = machine(nodes, coresPerNode);
        StripePolicy policy = StripePolicy.of(topology, () -> cpu, "");
        assertTrue(policy.isTopologyAware());

        for (int stripes = Stripes.ceilingPowerOfTwo(nodes); stripes <= 4096; stripes *= 2) {
            Map<Integer, Integer> nodeOfStripe = new HashMap<>();
            Map<Integer, Integer> stripeOfCore = new HashMap<>();
            for (Topology.Cpu each : topology.cpus()) {
                cpu = each.id();
                int stripe = policy.indexOf(Thread.currentThread(), stripes);
                assertTrue(stripe >= 0 && stripe < stripes, stripe + " of " + stripes);
                Integer other = nodeOfStripe.putIfAbsent(stripe, each.node());
                assertTrue(other == null || other == each.node(), "stripe " + stripe + " serves two nodes");
                if (stripes <= nodes * coresPerNode && Integer.bitCount(nodes) == 1) {
                    Integer sibling = stripeOfCore.putIfAbsent(each.core(), stripe);
                    assertTrue(sibling == null || coresPerNode % (stripes / nodes) != 0 || sibling == stripe, "core");
                }
            }
            int expected = 0;
            for (int node = 0; node < nodes; node++) {
                int width = (node + 1) * stripes / nodes - node * stripes / nodes;
                expected += Math.min(width, 2 * coresPerNode);
            }
            assertEquals(expected, nodeOfStripe.size(), "stripes in use of " + stripes);
        }
    }

    @Test
    void fewerStripesThanNodesAreSharedEvenly() throws IOException {
        Topology topology = machine(4, 2);
        StripePolicy policy = StripePolicy.of(topology, () -> cpu, "");

        for (Topology.Cpu each : topology.cpus()) {
            cpu = each.id();
            assertEquals(each.node() / 2, policy.indexOf(Thread.currentThread(), 2));
            assertEquals(0, policy.indexOf(Thread.currentThread(), 1));
        }
    }

    @Test
    void unknownProcessorIsTheMix() throws IOException {
        Topology topology = machine(2, 2);
        StripePolicy policy = StripePolicy.of(topology, () -> cpu, "");

        for (int unknown : new int[] {-1, 8, Integer.MAX_VALUE}) {
            cpu = unknown;
            assertEquals(
                    StripePolicy.mix().indexOf(Thread.currentThread(), 16), policy.indexOf(Thread.currentThread(), 16));
        }
    }

    @Test
    void processorWithoutNodeIsTheMix() throws IOException {
        machine(2, 2);
        Path cpus = Files.createDirectories(sys.resolve("devices/system/cpu/cpu20"));
        assertTrue(Files.isDirectory(cpus));
        StripePolicy policy = StripePolicy.of(Topology.read(sys), () -> cpu, "");
        TreeSet<Integer> known = new TreeSet<>();
        for (cpu = 0; cpu < 8; cpu++) {
            known.add(policy.indexOf(Thread.currentThread(), 16));
        }
        assertEquals(8, known.size());

        cpu = 20;
        assertEquals(
                StripePolicy.mix().indexOf(Thread.currentThread(), 16), policy.indexOf(Thread.currentThread(), 16));
    }

    @Test
    void policyOfThisMachineAlwaysAnswers() {
        StripePolicy policy = StripePolicy.topologyAware();

        assertEquals(policy.isTopologyAware(), policy.reason().isEmpty());
        int stripe = policy.indexOf(Thread.currentThread(), 8);
        assertTrue(stripe >= 0 && stripe < 8);
    }

    /** Surefire gives no native access, on any JDK: the handle is absent, with a reason and without a warning. */
    @Test
    void withoutNativeAccessTheProcessorIsNotAskedFor() {
        boolean before22 = Runtime.version().feature() < 22;

        assertEquals(-1, CurrentCpu.get());
        assertEquals(
                before22
                        ? "JDK " + Runtime.version().feature() + " cannot call sched_getcpu; JDK 22 or newer can"
                        : "native access is not enabled; start the JVM with --enable-native-access="
                                + (CurrentCpu.class.getModule().isNamed() ? "dev.evenkeel.metrics" : "ALL-UNNAMED"),
                CurrentCpu.problem());
    }
}
