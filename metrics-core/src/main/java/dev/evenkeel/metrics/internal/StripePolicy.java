package dev.evenkeel.metrics.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

/**
 * Internal. Chooses the stripe for a record of a thread that owns no slab: a virtual thread, or one past the memory cap. Any
 * choice is correct; a good one keeps writers out of each other's way.
 *
 * <p>Immutable, safe from any thread; choosing allocates nothing and never throws.
 */
public abstract class StripePolicy {
    /*
     * A class and not an interface: as long as only the mix is loaded, a call is bound without a test.
     *
     * Only striped cells gain from knowing the node. A slab of its own is near its thread already: the kernel puts a page
     * on the node of the thread that touches it first. See docs/decisions/0005-topology-aware-stripes.md.
     */

    private static final Logger LOG = System.getLogger(StripePolicy.class.getName());

    private static final AtomicBoolean LOGGED = new AtomicBoolean();

    private final String reason;

    private StripePolicy(String reason) {
        this.reason = reason;
    }

    /** Returns the default: stripes by a mix of the thread's number. */
    public static StripePolicy mix() {
        return new Mix("");
    }

    /**
     * Returns the policy that keeps the writers of a NUMA node on stripes of their own, as far as this machine has more than
     * one node and tells the processor of the calling thread; else the mix, and {@link #reason()} says why. Logs a warning,
     * once per JVM, when there are several nodes and the processor cannot be asked for.
     */
    public static StripePolicy topologyAware() {
        Topology topology = Topology.system();
        StripePolicy policy = of(topology, CurrentCpu::get, topology.nodes() > 1 ? CurrentCpu.problem() : "");
        if (topology.nodes() > 1 && !policy.isTopologyAware() && LOGGED.compareAndSet(false, true)) {
            LOG.log(Level.WARNING, policy.reason());
        }
        return policy;
    }

    /** As {@link #topologyAware()}, for a given topology; {@code problem} is not empty when there is no current processor. */
    static StripePolicy of(Topology topology, IntSupplier currentCpu, String problem) {
        if (topology.nodes() == 0) {
            return new Mix("Cannot tell NUMA nodes apart: sysfs shows none. Stripes are chosen by thread number, which"
                    + " is as exact and, with several sockets, slower. Show /sys/devices/system to the process.");
        }
        if (topology.nodes() == 1) {
            return new Mix("One NUMA node may be used (" + topology + "): there is nothing to choose. Stripes are"
                    + " chosen by thread number.");
        }
        if (!problem.isEmpty()) {
            return new Mix("Cannot choose stripes by NUMA node (" + topology + "): " + problem
                    + ". Stripes are chosen by thread number, which is as exact, and slower where virtual threads of"
                    + " several sockets write one series.");
        }
        return new ByNode(topology, currentCpu);
    }

    /**
     * Returns the stripe for a record that the thread makes now.
     *
     * @param thread the calling thread
     * @param stripes how many there are: a power of two
     * @return from 0 to {@code stripes - 1}
     */
    public abstract int indexOf(Thread thread, int stripes);

    /** Returns whether stripes are chosen by NUMA node. */
    public abstract boolean isTopologyAware();

    /** Returns why stripes are not chosen by NUMA node although that was asked for; empty when they are, or it was not. */
    public String reason() {
        return reason;
    }

    static int mixed(Thread thread, int stripes) {
        return mixed(ThreadIds.of(thread), stripes);
    }

    /** Returns the stripe by the mix of a thread's number. That for fewer stripes is the low bits of that for more. */
    static int mixed(long id, int stripes) {
        return (int) (id * 0x9E3779B97F4A7C15L >>> 32) & (stripes - 1);
    }

    private static final class Mix extends StripePolicy {
        Mix(String reason) {
            super(reason);
        }

        @Override
        public int indexOf(Thread thread, int stripes) {
            return mixed(thread, stripes);
        }

        @Override
        public boolean isTopologyAware() {
            return false;
        }
    }

    private static final class ByNode extends StripePolicy {
        /*
         * Once the processor is known, the thread's number has nothing to add: each processor gets a fixed stripe within the
         * range of its node, neighbours of a core the same one first. Two threads meet on a stripe only when their
         * processors share it, or when one was moved between question and record, which costs a miss and no count.
         */

        /** More stripes than this would be more than there are: the table ends here and larger numbers are scaled. */
        private static final int MOST_ROWS = 11;

        private final IntSupplier currentCpu;

        /** Row k: the stripe of each processor among 2^k stripes, -1 for one that is not known. */
        private final short[][] stripeOfCpu;

        ByNode(Topology topology, IntSupplier currentCpu) {
            super("");
            this.currentCpu = currentCpu;
            this.stripeOfCpu = new short[MOST_ROWS][];
            List<Topology.Cpu> cpus = new ArrayList<>(topology.cpus());
            int length = cpus.get(cpus.size() - 1).id() + 1;
            cpus.removeIf(cpu -> cpu.node() < 0);
            cpus.sort(Comparator.comparingInt(Topology.Cpu::node)
                    .thenComparingInt(Topology.Cpu::core)
                    .thenComparingInt(Topology.Cpu::id));
            for (int k = 0; k < MOST_ROWS; k++) {
                short[] row = new short[length];
                Arrays.fill(row, (short) -1);
                int first = 0;
                for (int node = 0; node < topology.nodes(); node++) {
                    int end = first;
                    while (end < cpus.size() && cpus.get(end).node() == node) {
                        end++;
                    }
                    int from = (int) ((long) node * (1 << k) / topology.nodes());
                    int width = (int) ((node + 1L) * (1 << k) / topology.nodes()) - from;
                    for (int i = first; i < end; i++) {
                        row[cpus.get(i).id()] = (short) (from + (i - first) * width / (end - first));
                    }
                    first = end;
                }
                stripeOfCpu[k] = row;
            }
        }

        @Override
        public int indexOf(Thread thread, int stripes) {
            int bits = Integer.numberOfTrailingZeros(stripes);
            int row = Math.min(bits, MOST_ROWS - 1);
            short[] stripeOf = stripeOfCpu[row];
            int cpu = currentCpu.getAsInt();
            if (cpu < 0 || cpu >= stripeOf.length || stripeOf[cpu] < 0) {
                return mixed(thread, stripes); // a processor that came on line later
            }
            return stripeOf[cpu] << (bits - row);
        }

        @Override
        public boolean isTopologyAware() {
            return true;
        }
    }
}
