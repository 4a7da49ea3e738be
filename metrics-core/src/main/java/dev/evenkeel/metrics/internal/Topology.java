package dev.evenkeel.metrics.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Internal. Which online processors there are, and which of them share a core, a socket and a NUMA node, as Linux tells it in
 * sysfs.
 *
 * <p>Immutable. Reading costs three small files per processor, once; what is missing or unreadable is left out and never
 * thrown. A processor that goes on or off line later is not noticed.
 */
public final class Topology {
    /** Processors with a higher number are left out. Linux is built for 8 192 at most. */
    static final int MOST_CPUS = 1 << 16;

    /**
     * One online processor.
     *
     * @param id the kernel's number, the one that {@code sched_getcpu} returns
     * @param node the NUMA node, counted from 0 without holes; -1 when not known
     * @param socket the kernel's number of the socket; -1 when not known
     * @param core the lowest processor of the same core, which names the core; the processor itself when not known
     */
    public record Cpu(int id, int node, int socket, int core) {}

    private final List<Cpu> cpus;
    private final int nodes;
    private final int[] nodeOfCpu;

    private Topology(List<Cpu> online) {
        TreeMap<Integer, Integer> dense = new TreeMap<>();
        for (Cpu cpu : online) {
            if (cpu.node >= 0) {
                dense.put(cpu.node, 0);
            }
        }
        int next = 0;
        for (var node : dense.entrySet()) {
            node.setValue(next++);
        }
        List<Cpu> numbered = new ArrayList<>(online.size());
        int highest = -1;
        for (Cpu cpu : online) {
            int node = dense.getOrDefault(cpu.node, -1);
            numbered.add(new Cpu(cpu.id, node, cpu.socket, cpu.core));
            highest = Math.max(highest, cpu.id);
        }
        numbered.sort(Comparator.comparingInt(Cpu::id));
        this.cpus = List.copyOf(numbered);
        this.nodes = dense.size();
        this.nodeOfCpu = new int[highest + 1];
        Arrays.fill(nodeOfCpu, -1);
        for (Cpu cpu : cpus) {
            nodeOfCpu[cpu.id] = cpu.node;
        }
    }

    /** Reads this machine, as far as this process may run on it. Without Linux or sysfs: no processor. */
    public static Topology system() {
        Topology all = read(Path.of("/sys"));
        BitSet allowed = allowed(Path.of("/proc/self/status"));
        return allowed == null ? all : all.only(allowed);
    }

    /**
     * Reads a tree laid out as {@code /sys}. Nodes are those of {@code devices/system/node}; where the kernel shows none,
     * sockets stand for them.
     */
    public static Topology read(Path sysRoot) {
        Path cpuDirectory = sysRoot.resolve("devices/system/cpu");
        TreeMap<Integer, BitSet> nodeCpus = new TreeMap<>();
        Path nodeDirectory = sysRoot.resolve("devices/system/node");
        for (int node : numbered(nodeDirectory, "node")) {
            BitSet list = cpuList(nodeDirectory.resolve("node" + node + "/cpulist"));
            if (list != null && !list.isEmpty()) { // a node of memory alone has no processors
                nodeCpus.put(node, list);
            }
        }
        List<Cpu> found = new ArrayList<>();
        Map<List<Integer>, Integer> coreByNumber = new HashMap<>();
        BitSet online = online(cpuDirectory, nodeCpus);
        for (int id = online.nextSetBit(0); id >= 0; id = online.nextSetBit(id + 1)) {
            Path topology = cpuDirectory.resolve("cpu" + id + "/topology");
            int socket = number(topology.resolve("physical_package_id"));
            int node = -1;
            if (nodeCpus.isEmpty()) {
                node = socket;
            } else {
                for (var entry : nodeCpus.entrySet()) {
                    if (entry.getValue().get(id)) {
                        node = entry.getKey();
                        break;
                    }
                }
            }
            BitSet siblings = cpuList(topology.resolve("thread_siblings_list"));
            int core = id;
            if (siblings != null && siblings.get(id)) {
                core = siblings.nextSetBit(0);
            } else {
                int number = number(topology.resolve("core_id")); // counted within a socket
                if (number >= 0) {
                    Integer first = coreByNumber.putIfAbsent(List.of(socket, number), id);
                    core = first == null ? id : first;
                }
            }
            found.add(new Cpu(id, node, socket, core));
        }
        return new Topology(found);
    }

    private static BitSet online(Path cpuDirectory, TreeMap<Integer, BitSet> nodeCpus) {
        BitSet online = cpuList(cpuDirectory.resolve("online"));
        if (online != null && !online.isEmpty()) {
            return online;
        }
        BitSet found = new BitSet();
        for (int id : numbered(cpuDirectory, "cpu")) {
            if (number(cpuDirectory.resolve("cpu" + id + "/online"))
                    != 0) { // cpu0 often has no such file: it cannot go
                found.set(id);
            }
        }
        if (found.isEmpty()) {
            nodeCpus.values().forEach(found::or);
        }
        return found;
    }

    /** Returns this topology without the processors that are not in the set. A node left without one is no node. */
    public Topology only(BitSet allowed) {
        List<Cpu> kept = new ArrayList<>();
        for (Cpu cpu : cpus) {
            if (allowed.get(cpu.id)) {
                kept.add(cpu);
            }
        }
        return new Topology(kept);
    }

    /** The processors that a process may run on, from its status file: null when it does not say. */
    static @Nullable BitSet allowed(Path status) {
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("Cpus_allowed_list:")) {
                    BitSet list = parse(line.substring(line.indexOf(':') + 1));
                    return list == null || list.isEmpty() ? null : list;
                }
            }
            return null;
        } catch (IOException | UncheckedIOException | SecurityException notLinux) {
            return null;
        }
    }

    /** Returns the online processors by number. */
    public List<Cpu> cpus() {
        return cpus;
    }

    /** Returns how many NUMA nodes have a processor; 0 when that is not known. */
    public int nodes() {
        return nodes;
    }

    /** Returns the node of a processor, from 0 to {@code nodes() - 1}; -1 for one that is not known. */
    public int nodeOf(int cpu) {
        return cpu >= 0 && cpu < nodeOfCpu.length ? nodeOfCpu[cpu] : -1;
    }

    /** Returns how many sockets are known to have an online processor. */
    public int sockets() {
        Set<Integer> sockets = new HashSet<>();
        for (Cpu cpu : cpus) {
            if (cpu.socket >= 0) {
                sockets.add(cpu.socket);
            }
        }
        return sockets.size();
    }

    /** Returns how many cores have an online processor. */
    public int cores() {
        Set<Integer> cores = new HashSet<>();
        for (Cpu cpu : cpus) {
            cores.add(cpu.core);
        }
        return cores.size();
    }

    @Override
    public String toString() {
        return "sockets=" + sockets() + " nodes=" + nodes + " cores=" + cores() + " processors=" + cpus.size();
    }

    /** The numbers n of the entries {@code <prefix>n} of a directory, in order; none when it cannot be read. */
    private static List<Integer> numbered(Path directory, String prefix) {
        List<Integer> numbers = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, prefix + "*")) {
            for (Path entry : entries) {
                int number = number(entry.getFileName().toString().substring(prefix.length()));
                if (number >= 0 && number < MOST_CPUS) {
                    numbers.add(number);
                }
            }
        } catch (IOException | DirectoryIteratorException | SecurityException hidden) {
            return List.of();
        }
        numbers.sort(Comparator.naturalOrder());
        return numbers;
    }

    private static @Nullable BitSet cpuList(Path file) {
        String text = text(file);
        return text == null ? null : parse(text);
    }

    /** Parses a list such as {@code 0-3,8,10-11}; an empty one is empty, one that is malformed is null. */
    static @Nullable BitSet parse(String text) {
        BitSet cpus = new BitSet();
        String list = text.trim();
        if (list.isEmpty()) {
            return cpus;
        }
        for (String part : list.split(",", -1)) {
            int dash = part.indexOf('-');
            int from = number(dash < 0 ? part : part.substring(0, dash));
            int to = dash < 0 ? from : number(part.substring(dash + 1));
            if (from < 0 || to < from || to >= MOST_CPUS) {
                return null;
            }
            cpus.set(from, to + 1);
        }
        return cpus;
    }

    /** The number in a file; -1 when there is none, and for the -1 of a kernel that does not know. */
    private static int number(Path file) {
        String text = text(file);
        return text == null ? -1 : number(text.trim());
    }

    private static int number(String digits) {
        if (digits.isEmpty() || digits.length() > 9) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = 10 * number + digit - '0';
        }
        return number;
    }

    private static @Nullable String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException | UncheckedIOException | SecurityException hidden) {
            return null;
        }
    }
}
