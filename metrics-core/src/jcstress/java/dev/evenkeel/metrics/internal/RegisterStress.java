package dev.evenkeel.metrics.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/** The registers of an estimate: two hashes raise one register, and it keeps the higher rank. */
public final class RegisterStress {
    private static final long LOW_RANK = 1L << 60;
    private static final long HIGH_RANK = 1L << 40;

    private RegisterStress() {}

    /** Raised by CAS. The other registers are so high that this one decides the estimate. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the higher rank")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a register fell")
    @State
    public static class Raise {
        private final DistinctEstimate estimate = new DistinctEstimate(4);

        public Raise() {
            for (int register = 1; register < 16; register++) {
                estimate.add(1L << 34 | register);
            }
        }

        @Actor
        public void low() {
            estimate.add(LOW_RANK);
        }

        @Actor
        public void high() {
            estimate.add(HIGH_RANK);
        }

        @Arbiter
        public void after(J_Result r) {
            long before = estimate.estimate();
            estimate.add(HIGH_RANK); // changes nothing when the rank is there
            r.r1 = estimate.estimate() == before ? 1 : 0;
        }
    }

    /** Raised by a plain store after a look. */
    @JCStressTest
    @Outcome(id = "24", expect = Expect.ACCEPTABLE, desc = "the higher rank")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a register fell")
    @State
    public static class RaiseMutant {
        private final byte[] registers = new byte[16];

        private void add(long hash) {
            int i = (int) hash & (registers.length - 1);
            int rank = Long.numberOfLeadingZeros(hash | registers.length >>> 1) + 1;
            if (registers[i] < rank) {
                registers[i] = (byte) rank;
            }
        }

        @Actor
        public void low() {
            add(LOW_RANK);
        }

        @Actor
        public void high() {
            add(HIGH_RANK);
        }

        @Arbiter
        public void after(J_Result r) {
            r.r1 = registers[0];
        }
    }
}
