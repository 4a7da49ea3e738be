package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Threads;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final int TRIES = 500_000;

    private final MemoryBudget budget = new MemoryBudget(8000);

    @Test
    void reservationEndsAtSevenEighthsAndThatOfAFamilyAtTheWhole() {
        assertTrue(budget.tryReserve(7000));
        assertFalse(budget.tryReserve(1));
        assertTrue(budget.tryReserveFamily(1000));
        assertFalse(budget.tryReserveFamily(1));
        assertEquals(8000, budget.used());
    }

    @Test
    void refusedReservationTakesNothingFromOthersMeanwhile() throws Exception {
        AtomicLong wronglyRefused = new AtomicLong();
        AtomicLong highest = new AtomicLong();

        Threads.together(3, t -> {
            for (int i = 0; i < TRIES; i++) {
                if (t == 0) {
                    assertFalse(budget.tryReserve(7001));
                } else if (t == 1) {
                    if (budget.tryReserve(100)) {
                        budget.release(100);
                    } else {
                        wronglyRefused.incrementAndGet();
                    }
                } else {
                    highest.accumulateAndGet(budget.used(), Math::max);
                }
            }
        });

        assertEquals(0, wronglyRefused.get(), "of " + TRIES + " reservations that fit");
        assertTrue(highest.get() <= 100, highest.get() + " bytes were seen taken");
        assertEquals(0, budget.used());
    }

    @Test
    void threadsPassTheLimitNeverTogether() throws Exception {
        AtomicLong taken = new AtomicLong();

        Threads.together(8, t -> {
            for (int i = 0; i < 2000; i++) {
                if (budget.tryReserve(7)) {
                    taken.incrementAndGet();
                }
            }
        });

        assertEquals(1000, taken.get());
        assertEquals(7000, budget.used());
    }
}
