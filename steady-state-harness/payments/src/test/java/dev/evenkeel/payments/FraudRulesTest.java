package dev.evenkeel.payments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FraudRulesTest {
    private static final long MINUTE = 60_000_000_000L;

    private long now = 123;
    private final FraudRules rules = new FraudRules(() -> now);

    private static Payment payment(String card, long amount) {
        return new Payment("p", card, "m", amount, "EUR");
    }

    @Test
    void amountAtTheLimitPassesAndOneMoreDoesNot() {
        assertNull(rules.refusal(payment("a", 500_000)));
        assertEquals("amount", rules.refusal(payment("a", 500_001)));
    }

    @Test
    void otherCurrenciesAreRefused() {
        assertEquals("currency", rules.refusal(new Payment("p", "a", "m", 1, "USD")));
    }

    @Test
    void cardIsRefusedFromItsThirtyFirstTimeInAMinute() {
        for (int i = 0; i < 30; i++) {
            assertNull(rules.refusal(payment("a", 1)));
        }

        assertEquals("velocity", rules.refusal(payment("a", 1)));
        assertNull(rules.refusal(payment("b", 1)));
        now += MINUTE;
        assertNull(rules.refusal(payment("a", 1)));
    }

    /** 65 536 minutes later the minute's stored bits are the same: the count goes on, it does not break. */
    @Test
    void minuteMayWrapAround() {
        CardVelocity velocity = new CardVelocity();

        assertEquals(1, velocity.count("a", 0));
        assertEquals(1, velocity.count("a", 65_535));
        assertEquals(1, velocity.count("a", 65_536));
        assertEquals(2, velocity.count("a", 65_536));
    }

    @Test
    void countStopsAtItsLastValue() {
        CardVelocity velocity = new CardVelocity();
        int count = 0;
        for (int i = 0; i < 70_000; i++) {
            count = velocity.count("a", 1);
        }

        assertEquals(65_535, count);
    }

    @Test
    void threadsCountOneCardTogether() throws Exception {
        CardVelocity velocity = new CardVelocity();
        CyclicBarrier start = new CyclicBarrier(4);
        AtomicInteger highest = new AtomicInteger();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = new Thread(() -> {
                try {
                    start.await();
                    for (int i = 0; i < 5_000; i++) {
                        highest.accumulateAndGet(velocity.count("a", 1), Math::max);
                    }
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        // Not one more than were counted; a counter that gave way after sixteen lost races may be missing.
        assertTrue(highest.get() <= 20_000 && highest.get() > 19_000, () -> "counted " + highest);
    }

    /** The load generator's cards are spread so that none comes near the rule at its highest advertised rate. */
    @Test
    void requestMakerSpreadsItsCards() throws PaymentJson.BadPayment {
        int[] perCard = new int[PaymentRequests.CARDS];
        PaymentRequests requests = PaymentRequests.of(1);
        int highest = 0;
        for (int i = 0; i < 12_000; i++) { // One minute at 200 a second.
            String card = PaymentJson.parse(requests.request(i).body()).card();
            highest = Math.max(highest, ++perCard[Integer.parseInt(card.substring("card-".length()))]);
        }

        assertTrue(highest <= 10, "a card was used " + highest + " times");
        assertNotEquals(requests.request(1).signature(), requests.request(2).signature());
        assertEquals(
                requests.request(1).signature(),
                PaymentRequests.of(1).request(1).signature());
        assertNotEquals(
                requests.request(1).id(), PaymentRequests.of(2).request(1).id());
    }
}
