package dev.evenkeel.metrics;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** Pair L1: two threads create the same series and a third finds it, and all record to one instrument. */
@JCStressTest
@Outcome(id = "3, 1, 0", expect = Expect.ACCEPTABLE, desc = "one series, nothing lost, nothing overflowed")
@Outcome(expect = Expect.FORBIDDEN, desc = "a record was lost, or a series was made twice")
@State
public class LabelledStress {
    private final InstrumentFamily<Gauge> family;
    private final Labelled<Gauge> labelled;
    private final AtomicInteger found = new AtomicInteger();

    public LabelledStress() {
        Core core = Core.of(1 << 20, () -> 0, () -> 0);
        family = new InstrumentFamily<>(
                core,
                InstrumentType.GAUGE,
                new MetricDescriptor("g", "", "", Kind.GAUGE, List.of("a"), 1),
                2,
                1,
                false);
        labelled = family.labelled();
    }

    private void bind() {
        if (labelled.bind("x").labels().value(0).equals("x")) {
            found.incrementAndGet();
        }
    }

    @Actor
    public void one() {
        bind();
    }

    @Actor
    public void two() {
        bind();
    }

    @Actor
    public void three() {
        bind();
    }

    @Arbiter
    public void after(JJJ_Result r) {
        r.r1 = found.get();
        r.r2 = family.size();
        r.r3 = family.core.overflowed().sum();
    }
}
