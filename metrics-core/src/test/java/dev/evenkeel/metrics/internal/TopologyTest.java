package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.internal.Topology.Cpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopologyTest {
    @TempDir
    private Path sys;

    private void write(String file, String text) throws IOException {
        Path path = sys.resolve("devices/system").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text + "\n");
    }

    private void cpu(int id, int socket, int core, String siblings) throws IOException {
        write("cpu/cpu" + id + "/topology/physical_package_id", Integer.toString(socket));
        write("cpu/cpu" + id + "/topology/core_id", Integer.toString(core));
        if (siblings != null) {
            write("cpu/cpu" + id + "/topology/thread_siblings_list", siblings);
        }
    }

    /** Sockets with two cores of two threads each, numbered as Linux does: first threads of all cores first. */
    private void machine(int sockets) throws IOException {
        int cores = 2 * sockets;
        write("cpu/online", "0-" + (2 * cores - 1));
        for (int id = 0; id < 2 * cores; id++) {
            int core = id % cores;
            cpu(id, core / 2, core % 2, core + "," + (core + cores));
        }
        for (int node = 0; node < sockets; node++) {
            int from = 2 * node;
            write(
                    "node/node" + node + "/cpulist",
                    from + "-" + (from + 1) + "," + (from + cores) + "-" + (from + cores + 1));
        }
        write("node/has_cpu", "0-" + (sockets - 1)); // begins like nothing we look for
        write("cpu/cpufreq/boost", "1");
        write("cpu/cpuidle/current_driver", "none");
    }

    @Test
    void oneSocketIsOneNode() throws IOException {
        machine(1);

        Topology topology = Topology.read(sys);

        assertEquals(
                List.of(new Cpu(0, 0, 0, 0), new Cpu(1, 0, 0, 1), new Cpu(2, 0, 0, 0), new Cpu(3, 0, 0, 1)),
                topology.cpus());
        assertEquals("sockets=1 nodes=1 cores=2 processors=4", topology.toString());
    }

    @Test
    void twoSocketsAreTwoNodes() throws IOException {
        machine(2);

        Topology topology = Topology.read(sys);

        assertEquals("sockets=2 nodes=2 cores=4 processors=8", topology.toString());
        assertEquals(new Cpu(7, 1, 1, 3), topology.cpus().get(7));
        for (int id = 0; id < 8; id++) {
            assertEquals(id % 4 / 2, topology.nodeOf(id), "node of " + id);
        }
        assertEquals(-1, topology.nodeOf(8));
        assertEquals(-1, topology.nodeOf(-1));
    }

    @Test
    void fourSocketsAreFourNodes() throws IOException {
        machine(4);

        Topology topology = Topology.read(sys);

        assertEquals("sockets=4 nodes=4 cores=8 processors=16", topology.toString());
        assertEquals(3, topology.nodeOf(15));
    }

    @Test
    void holesInNumbersAreClosedAndOfflineProcessorsLeftOut() throws IOException {
        machine(2);
        Files.move(sys.resolve("devices/system/node/node1"), sys.resolve("devices/system/node/node8"));
        write("node/node4/cpulist", ""); // memory only
        write("cpu/online", "0,2-5,7");
        Files.walk(sys.resolve("devices/system/cpu/cpu6/topology"))
                .sorted(java.util.Comparator.reverseOrder())
                .forEach(path -> path.toFile().delete()); // an offline processor has none

        Topology topology = Topology.read(sys);

        assertEquals("sockets=2 nodes=2 cores=4 processors=6", topology.toString());
        assertEquals(1, topology.nodeOf(7));
        assertEquals(-1, topology.nodeOf(6));
        assertEquals(-1, topology.nodeOf(1));
    }

    @Test
    void twoNodesOfOneSocketAreTwoNodes() throws IOException {
        machine(1);
        write("node/node0/cpulist", "0,2");
        write("node/node1/cpulist", "1,3");

        Topology topology = Topology.read(sys);

        assertEquals("sockets=1 nodes=2 cores=2 processors=4", topology.toString());
    }

    @Test
    void socketsStandForNodesWhereTheKernelShowsNone() throws IOException {
        write("cpu/online", "0-3");
        for (int id = 0; id < 4; id++) {
            cpu(id, id / 2, id % 2, null);
        }

        Topology topology = Topology.read(sys);

        assertEquals("sockets=2 nodes=2 cores=4 processors=4", topology.toString());
        assertEquals(1, topology.nodeOf(2));
    }

    @Test
    void coreNumbersStandForTheListOfSiblings() throws IOException {
        write("cpu/online", "0-3");
        for (int id = 0; id < 4; id++) {
            cpu(id, 0, id % 2, null);
        }

        assertEquals(2, Topology.read(sys).cores());
        assertEquals(1, Topology.read(sys).cpus().get(3).core());
    }

    @Test
    void directoriesStandForTheListOfOnlineProcessors() throws IOException {
        machine(1);
        Files.delete(sys.resolve("devices/system/cpu/online"));
        write("cpu/cpu1/online", "0");
        write("cpu/cpu2/online", "1");

        assertEquals(
                List.of(0, 2, 3),
                Topology.read(sys).cpus().stream().map(Cpu::id).toList());
    }

    @Test
    void nodeListsAloneAreEnough() throws IOException {
        write("node/node0/cpulist", "0-1");
        write("node/node1/cpulist", "2-3");

        Topology topology = Topology.read(sys);

        assertEquals("sockets=0 nodes=2 cores=4 processors=4", topology.toString());
    }

    @Test
    void hiddenSysfsIsNoProcessorAndNoError() {
        Topology topology = Topology.read(sys.resolve("missing"));

        assertEquals(List.of(), topology.cpus());
        assertEquals(0, topology.nodes());
        assertEquals(-1, topology.nodeOf(0));
    }

    @Test
    void unreadableContentIsAsGoodAsMissing() throws IOException {
        write("cpu/online", "0-1");
        write("cpu/cpu0/topology/physical_package_id", "-1"); // a kernel that does not know
        write("cpu/cpu1/topology/physical_package_id", "many");
        write("node/node0/cpulist", "0-x");
        write("node/nodeX/cpulist", "0-1");

        Topology topology = Topology.read(sys);

        assertEquals("sockets=0 nodes=0 cores=2 processors=2", topology.toString());
    }

    @Test
    void processorsThatMayNotBeUsedMakeNoNode() throws IOException {
        machine(2);
        BitSet allowed = new BitSet();
        allowed.set(2, 4);

        Topology topology = Topology.read(sys).only(allowed);

        assertEquals("sockets=1 nodes=1 cores=2 processors=2", topology.toString());
        assertEquals(0, topology.nodeOf(2)); // the only node is the first
        assertEquals(-1, topology.nodeOf(0));
    }

    @Test
    void allowedProcessorsAreReadFromTheStatusFile() throws IOException {
        Path status = sys.resolve("status");
        Files.writeString(status, "Name:\tjava\nCpus_allowed:\tc\nCpus_allowed_list:\t2-3,6\n");

        assertEquals("{2, 3, 6}", String.valueOf(Topology.allowed(status)));
        assertNull(Topology.allowed(sys.resolve("none")));
        Files.writeString(status, "Name:\tjava\n");
        assertNull(Topology.allowed(status));
    }

    @Test
    void listsAreParsedOrRefusedWhole() {
        assertEquals("{0, 1, 2, 3, 8, 10, 11}", String.valueOf(Topology.parse("0-3,8,10-11\n")));
        assertEquals("{}", String.valueOf(Topology.parse("\n")));
        assertEquals("{65535}", String.valueOf(Topology.parse("65535")));
        for (String bad : List.of("65536", "0-4000000000", "3-1", "0,,1", "-1", "1-", "a", "0-3:1/2")) {
            assertNull(Topology.parse(bad), bad);
        }
    }

    @Test
    void thisMachineIsReadableWhereItIsLinux() {
        Topology topology = Topology.system();

        assertNotNull(topology.cpus());
        if (Files.isReadable(Path.of("/sys/devices/system/cpu/online"))) {
            assertTrue(topology.cpus().size() >= 1, topology.toString());
            assertTrue(topology.cores() <= topology.cpus().size());
        }
    }
}
