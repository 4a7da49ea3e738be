package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CappedCounterTest {
    private final MetricRegistry registry = MetricRegistry.create();

    @Test
    void refusesWhatWouldPassTheCap() {
        CappedCounter leases = registry.cappedCounter("leases", 10).register();

        assertTrue(leases.tryAdd(7));
        assertFalse(leases.tryAdd(4));
        assertTrue(leases.tryAdd(3));
        assertFalse(leases.tryIncrement());
        assertTrue(leases.tryAdd(0));

        assertEquals(10, leases.value());
        assertEquals(10, leases.cap());
        assertEquals(0, leases.remaining());
        assertEquals(2, leases.refused());
        Snapshot snapshot = registry.snapshot();
        assertEquals(10.0, snapshot.value("leases"));
        assertEquals(2.0, snapshot.value("evenkeel.dropped", "capped"));
    }

    @Test
    void hugeAmountsDoNotWrap() {
        CappedCounter bytes = registry.cappedCounter("bytes", Long.MAX_VALUE).register();

        assertTrue(bytes.tryAdd(5));
        assertFalse(bytes.tryAdd(Long.MAX_VALUE));
        assertTrue(bytes.tryAdd(Long.MAX_VALUE - 5));

        assertEquals(Long.MAX_VALUE, bytes.value());
    }

    @Test
    void negativeAmountIsNeitherAddedNorARefusal() {
        CappedCounter leases = registry.cappedCounter("leases", 10).register();

        assertFalse(leases.tryAdd(-3));

        assertEquals(0, leases.value());
        assertEquals(0, leases.refused());
        assertEquals(1.0, registry.snapshot().value("evenkeel.dropped", "negative"));
    }

    @Test
    void thousandThreadsGetExactlyTheCap() throws Exception {
        CappedCounter leases = registry.cappedCounter("leases", 100).register();
        AtomicLong successes = new AtomicLong();

        Threads.together(1000, t -> {
            for (int i = 0; i < 3; i++) {
                if (leases.tryIncrement()) {
                    successes.incrementAndGet();
                }
            }
        });

        assertEquals(100, successes.get());
        assertEquals(100, leases.value());
        assertEquals(2900, leases.refused());
        assertEquals(2900.0, registry.snapshot().value("evenkeel.dropped", "capped"));
    }

    @Test
    void amountsOfManyThreadsAddUpAndLeaveLessThanTheSmallestRefused() throws Exception {
        CappedCounter bytes = registry.cappedCounter("bytes", 100_000).register();
        AtomicLong taken = new AtomicLong();

        Threads.together(64, t -> {
            for (int i = 0; i < 500; i++) {
                int n = 1 + (t * 31 + i) % 17;
                if (bytes.tryAdd(n)) {
                    taken.addAndGet(n);
                }
            }
        });

        assertEquals(taken.get(), bytes.value());
        assertEquals(100_000, bytes.value(), "amounts of 1 fill every gap");
    }

    @Test
    void eachSeriesHasItsOwnCapAndOverflowSharesOne() {
        Labelled<CappedCounter> leases = registry.cappedCounter("leases", 2)
                .labels("tenant")
                .cardinalityLimit(2)
                .register();

        for (String tenant : new String[] {"a", "b", "c", "d"}) {
            leases.bind(tenant).tryIncrement();
            leases.bind(tenant).tryIncrement();
        }

        Snapshot snapshot = registry.snapshot();
        assertEquals(2.0, snapshot.value("leases", "a"));
        assertEquals(2.0, snapshot.value("leases", "b"));
        assertEquals(2.0, snapshot.value("leases", "true"));
        assertEquals(4.0, snapshot.value("evenkeel.dropped", "overflowed"));
        assertEquals(2.0, snapshot.value("evenkeel.dropped", "capped"));
    }

    @Test
    void capBelowOneIsRefused() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> registry.cappedCounter("leases", 0));

        assertEquals(
                "Cannot register capped counter \"leases\" with a cap of 0: it would refuse every addition. Pass a cap of 1 "
                        + "or more, or use a counter for no cap.",
                e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> registry.cappedCounter("leases", -1));
        registry.cappedCounter("leases", 1).register();
    }

    @Test
    void otherCapUnderTheSameNameIsRefused() {
        registry.cappedCounter("leases", 10).register();

        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> registry.cappedCounter("leases", 20)
                        .register());

        assertEquals(
                "Cannot register capped counter \"leases\" (unit none, no labels, cap of 20): it exists as (unit none, no "
                        + "labels, cap of 10). One name has one instrument, and it keeps what it was registered with. "
                        + "Rename one of them, or ask for the existing one as it is.",
                e.getMessage());
    }

    @Test
    void afterCloseNothingIsAdded() {
        CappedCounter leases = registry.cappedCounter("leases", 10).register();

        registry.close();

        assertFalse(leases.tryIncrement());
        assertEquals(1.0, registry.snapshot().value("evenkeel.dropped", "late"));
    }
}
