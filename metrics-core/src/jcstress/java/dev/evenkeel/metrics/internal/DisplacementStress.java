package dev.evenkeel.metrics.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A thread looks for its slab while another takes its place in the table: it may miss, and never gets the other's. */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "displaced: a miss")
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "its own slab")
@Outcome(id = "2", expect = Expect.FORBIDDEN, desc = "the slab of another thread")
@State
public class DisplacementStress {
    private final Slab own = new Slab();
    private final Slab other = new Slab();
    private final Slab[] places = {own};

    @Actor
    public void owner(I_Result r) {
        Thread current = Thread.currentThread();
        own.owner = current;
        Slab found = Slabs.ownedAt(places, 0, current);
        r.r1 = found == null ? 0 : found == own ? 1 : 2;
    }

    @Actor
    public void displacer() {
        places[0] = other;
    }
}
