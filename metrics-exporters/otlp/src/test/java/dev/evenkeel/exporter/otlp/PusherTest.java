package dev.evenkeel.exporter.otlp;

import static dev.evenkeel.exporter.otlp.Rig.SECOND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.otlp.Answer.Outcome;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.Timer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import java.util.List;
import org.junit.jupiter.api.Test;

class PusherTest {
    private static final long MINUTE = 60 * SECOND;

    @Test
    void eachIntervalIsPushedOnceAndDeltasTouch() throws Exception {
        Rig rig = Rig.delta();
        Counter orders = rig.registry.counter("orders").register();
        orders.add(3);
        rig.pass(MINUTE);
        orders.add(4);
        rig.pass(MINUTE);

        assertEquals(2, rig.sent.size());
        NumberDataPoint first = point(rig.ledger.requests().get(0), "orders");
        NumberDataPoint second = point(rig.ledger.requests().get(1), "orders");
        assertEquals(3, first.getAsInt(), "what was counted before the exporter was made is told as well");
        assertEquals(4, second.getAsInt());
        assertEquals(first.getTimeUnixNano(), second.getStartTimeUnixNano());
        assertEquals(List.of(), rig.ledger.errors());
    }

    @Test
    void deltasWaitWhileTheReceiverIsAwayAndKeepTheirIntervals() throws Exception {
        Rig rig = Rig.delta();
        Counter orders = rig.registry.counter("orders").register();
        rig.answer(Outcome.UNSENT);
        for (int minute = 0; minute < 5; minute++) {
            orders.add(10);
            rig.pass(MINUTE);
        }
        assertEquals(0, rig.ledger.points());
        assertTrue(rig.own("evenkeel.otlp.buffer.usage") > 1000);
        assertTrue(rig.own("evenkeel.otlp.unsent.age") >= 200);

        rig.answer(Outcome.ACCEPTED);
        orders.add(1);
        rig.pass(MINUTE);

        assertEquals(51, rig.ledger.deltas("orders"));
        assertEquals(6, rig.ledger.requests().size(), "one for each interval");
        assertEquals(List.of(), rig.ledger.errors());
        assertEquals(0, rig.own("evenkeel.otlp.unsent.age"));
        assertEquals(0, rig.own("evenkeel.otlp.lost"));
    }

    @Test
    void aRequestOfUnknownFateIsSentAgainByteForByteAndCounted() throws Exception {
        Rig rig = Rig.delta();
        Counter orders = rig.registry.counter("orders").register();
        orders.add(7);
        rig.receiver = request -> {
            rig.ledger.take(request); // taken, but nobody hears of it
            rig.answer(Outcome.ACCEPTED);
            return Answer.of(Outcome.UNKNOWN, "reset");
        };

        rig.pass(2 * MINUTE);

        assertArrayEquals(rig.sent.get(0), rig.sent.get(1));
        assertEquals(7, rig.ledger.deltas("orders"));
        assertEquals(1, rig.ledger.repeatedRequests());
        assertEquals(1, rig.own("evenkeel.otlp.repeats", "unknown"));
        assertEquals(0, rig.own("evenkeel.otlp.repeats", "refused"));
        assertEquals(List.of(), rig.ledger.errors());
    }

    @Test
    void aReceiverThatAsksToBeLeftAloneIs() throws Exception {
        Rig rig = Rig.delta();
        rig.registry.counter("orders").register().add(1);
        rig.receiver = request -> new Answer(Outcome.BUSY, 100 * SECOND, 0, "429");
        rig.pass(MINUTE);
        long asked = rig.sentAt.get(0);
        rig.answer(Outcome.ACCEPTED);

        rig.pass(4 * MINUTE);

        assertTrue(rig.sentAt.get(1) - asked >= 100 * SECOND, "sent after " + (rig.sentAt.get(1) - asked) + " ns");
        assertTrue(rig.sentAt.get(1) - asked < 102 * SECOND, "sent after " + (rig.sentAt.get(1) - asked) + " ns");
        assertEquals(1, rig.ledger.deltas("orders"));
        assertEquals(1, rig.own("evenkeel.otlp.repeats", "refused"));
    }

    @Test
    void aReceiverCannotSilenceUsForDays() throws Exception {
        Rig rig = Rig.delta();
        rig.receiver = request -> new Answer(Outcome.BUSY, Long.MAX_VALUE, 0, "429");

        rig.pass(25 * MINUTE);

        assertEquals(3, rig.sent.size()); // at 1, 11 and 21 minutes
    }

    @Test
    void waitsAreSpreadUnderADoublingCeiling() {
        Backoff one = new Backoff(new java.util.SplittableRandom(1));
        Backoff other = new Backoff(new java.util.SplittableRandom(2));
        boolean differed = false;
        double sum = 0;
        for (int i = 0; i < 1000; i++) {
            long wait = one.failed(0);
            differed |= wait != other.failed(0);
            assertTrue(wait >= 0 && wait < Math.min(30, 1L << Math.min(i, 10)) * SECOND, i + ": " + wait);
            sum += wait;
        }

        assertTrue(differed);
        assertEquals(15.0, sum / 1000 / SECOND, 1.0); // half of the ceiling
        one.succeeded();
        assertTrue(one.failed(0) < SECOND);
    }

    @Test
    void whatIsRejectedForGoodIsCountedAndTheNextGoesOn() throws Exception {
        Rig rig = Rig.delta();
        Counter orders = rig.registry.counter("orders").register();
        Timer checkout = rig.registry.timer("checkout").register();
        orders.add(5);
        checkout.record(1);
        checkout.record(2);
        rig.answer(Outcome.REJECTED);
        rig.pass(MINUTE);
        rig.answer(Outcome.ACCEPTED);
        orders.add(6);

        rig.pass(MINUTE);

        assertEquals(6, rig.ledger.deltas("orders"));
        int points = points(Rig.decode(rig.sent.get(0)));
        assertEquals(points, rig.own("evenkeel.otlp.points", "lost"));
        double lost = rig.own("evenkeel.otlp.lost");
        assertTrue(lost >= 7 && lost <= 7 + points, "the registry's own counters are in it as well: " + lost);
        assertEquals(1, rig.own("evenkeel.otlp.requests", "rejected"));
    }

    @Test
    void aReceiverThatDoesNotLetUsInIsAskedOnceAnIntervalAndNothingIsLost() throws Exception {
        Rig rig = Rig.delta();
        Counter orders = rig.registry.counter("orders").register();
        rig.answer(Outcome.DENIED);
        for (int minute = 0; minute < 5; minute++) {
            orders.add(1);
            rig.pass(MINUTE);
        }
        assertTrue(rig.sent.size() <= 5, rig.sent.size() + " requests");
        rig.answer(Outcome.ACCEPTED);

        rig.pass(MINUTE);

        assertEquals(5, rig.ledger.deltas("orders"));
        assertEquals(0, rig.own("evenkeel.otlp.points", "lost"));
    }

    @Test
    void aRequestThatIsTooLargeIsHalvedUntilItFits() throws Exception {
        Rig rig = Rig.delta();
        Labelled<Counter> byUser =
                rig.registry.counter("by.user").labels("user").register();
        for (int i = 0; i < 100; i++) {
            byUser.bind("u" + i).add(i);
        }
        rig.receiver = request -> Answer.of(points(request) > 20 ? Outcome.TOO_LARGE : Outcome.ACCEPTED, "413");

        rig.pass(MINUTE);

        for (int i = 1; i < 100; i++) {
            assertEquals(i, rig.ledger.deltas("by.user|user=u" + i));
        }
        assertTrue(rig.ledger.requests().size() >= 6);
        assertEquals(0, rig.own("evenkeel.otlp.points", "lost"));
        assertEquals(List.of(), rig.ledger.errors());
    }

    @Test
    void whatTheReceiverSaysItDidNotTakeIsCounted() throws Exception {
        Rig rig = Rig.delta();
        rig.receiver = request -> new Answer(Outcome.ACCEPTED, 0, 3, "out of bounds");

        rig.pass(MINUTE);

        assertEquals(3, rig.own("evenkeel.otlp.points", "rejected"));
        assertEquals(points(Rig.decode(rig.sent.get(0))) - 3, rig.own("evenkeel.otlp.points", "accepted"));
    }

    @Test
    void atTheLimitDeltasAreMergedAndNothingIsLost() throws Exception {
        Rig rig = new Rig(AggregationTemporality.DELTA, HistogramEncoding.EXPONENTIAL, 100_000, 1 << 20, 1);
        Counter orders = rig.registry.counter("orders").register();
        Timer checkout = rig.registry.timer("checkout").register();
        rig.answer(Outcome.UNSENT);
        double most = 0;
        for (int minute = 0; minute < 500; minute++) {
            orders.add(minute);
            checkout.record(1_000L * (minute + 1));
            rig.pass(MINUTE);
            most = Math.max(most, rig.own("evenkeel.otlp.buffer.usage"));
        }
        assertTrue(rig.own("evenkeel.otlp.buffer.merges") > 300);
        assertTrue(most < 150_000, most + " bytes"); // the limit, the frozen request and its encoded form
        rig.answer(Outcome.ACCEPTED);

        rig.pass(2 * MINUTE);

        assertEquals(500 * 499 / 2, rig.ledger.deltas("orders"));
        assertEquals(500, rig.ledger.deltas("checkout"));
        assertEquals(500 * 501 / 2 * 1e-6, rig.ledger.deltaSum("checkout"), 1e-12);
        assertEquals(0, rig.own("evenkeel.otlp.lost"));
        assertEquals(List.of(), rig.ledger.errors());
    }

    @Test
    void seriesThatCameAndWentForHoursAreToldAsTheOverflowSeries() throws Exception {
        Rig rig = new Rig(AggregationTemporality.DELTA, HistogramEncoding.EXPLICIT, 65_536, 1 << 20, 1);
        Labelled<Counter> byUser =
                rig.registry.counter("by.user").labels("user").register();
        rig.answer(Outcome.UNSENT);
        int users = 2_000;
        double most = 0;
        for (int i = 0; i < users; i++) {
            byUser.bind("u" + i).increment();
            byUser.evict("u" + i);
            if (i % 10 == 9) {
                rig.pass(MINUTE);
                most = Math.max(most, rig.own("evenkeel.otlp.buffer.usage"));
            }
        }
        assertTrue(most < 120_000, most + " bytes");
        rig.answer(Outcome.ACCEPTED);

        rig.pass(MINUTE);
        rig.pass(MINUTE);

        double told = 0;
        for (String key : rig.ledger.keys("by.user|")) {
            told += rig.ledger.deltas(key);
        }
        double overflow = rig.ledger.deltas("by.user|otel.metric.overflow=true");
        assertEquals(users, told);
        assertTrue(overflow > 500, overflow + " of " + users);
        assertTrue(rig.own("evenkeel.otlp.buffer.overflowed") >= overflow);
        assertEquals(List.of(), rig.ledger.errors());
    }

    @Test
    void cumulativeValuesWaitAsOneAndASeriesThatWentIsToldOnceMore() throws Exception {
        Rig rig = Rig.cumulative();
        Labelled<Counter> byUser =
                rig.registry.counter("by.user").labels("user").register();
        Counter orders = rig.registry.counter("orders").register();
        byUser.bind("gone").add(9);
        rig.answer(Outcome.UNSENT);
        rig.pass(MINUTE);
        byUser.evict("gone");
        for (int minute = 0; minute < 50; minute++) {
            orders.increment();
            rig.pass(MINUTE);
        }
        assertTrue(rig.own("evenkeel.otlp.buffer.usage") < 100_000);
        rig.answer(Outcome.ACCEPTED);

        rig.pass(MINUTE);

        assertEquals(50, rig.ledger.last("orders"));
        assertEquals(9, rig.ledger.last("by.user|user=gone"));
        assertEquals(List.of(), rig.ledger.errors());
    }

    @Test
    void theLastPushCarriesWhatIsLeftOnce() throws Exception {
        Rig rig = Rig.delta();
        Counter orders = rig.registry.counter("orders").register();
        orders.add(2);
        rig.pass(MINUTE + SECOND);
        orders.add(3);

        rig.finish(10 * SECOND);
        orders.add(100);
        rig.finish(10 * SECOND);

        assertEquals(2, rig.sent.size());
        assertEquals(5, rig.ledger.deltas("orders"));
    }

    @Test
    void theLastPushIsTriedOnceWhateverWaitWasAsked() throws Exception {
        Rig rig = Rig.delta();
        Counter orders = rig.registry.counter("orders").register();
        rig.receiver = request -> new Answer(Outcome.BUSY, 500 * SECOND, 0, "429");
        orders.add(2);
        rig.pass(MINUTE);
        assertEquals(1, rig.sent.size());
        rig.answer(Outcome.ACCEPTED);

        rig.finish(10 * SECOND);

        assertEquals(2, rig.ledger.deltas("orders"));
    }

    @Test
    void theLastPushIsTriedAgainUntilTheDeadlineAndThenCountedAsLost() throws Exception {
        Rig rig = Rig.delta();
        Counter orders = rig.registry.counter("orders").register();
        rig.pass(MINUTE);
        orders.add(1_000_000);
        rig.answer(Outcome.UNKNOWN);
        long start = rig.clock.nanos();

        rig.finish(10 * SECOND);

        assertTrue(rig.clock.nanos() - start <= 10 * SECOND);
        assertTrue(rig.sent.size() > 3, rig.sent.size() + " requests");
        assertTrue(rig.own("evenkeel.otlp.lost") >= 1_000_000);
        assertFalse(rig.pusher.pending());
    }

    @Test
    void twoServicesThatLostTheirCollectorTogetherDoNotComeBackTogether() throws Exception {
        Rig one = new Rig(AggregationTemporality.DELTA, HistogramEncoding.EXPLICIT, 8L << 20, 1 << 20, 1);
        Rig other = new Rig(AggregationTemporality.DELTA, HistogramEncoding.EXPLICIT, 8L << 20, 1 << 20, 2);
        one.answer(Outcome.UNSENT);
        other.answer(Outcome.UNSENT);

        one.pass(5 * MINUTE);
        other.pass(5 * MINUTE);

        assertNotEquals(one.sentAt.subList(1, 6), other.sentAt.subList(1, 6));
    }

    static int points(ExportMetricsServiceRequest request) {
        Ledger count = new Ledger(false);
        count.take(request);
        return (int) count.points();
    }

    private static NumberDataPoint point(ExportMetricsServiceRequest request, String name) {
        return request.getResourceMetrics(0).getScopeMetrics(0).getMetricsList().stream()
                .filter(metric -> metric.getName().equals(name))
                .map(Metric::getSum)
                .findFirst()
                .orElseThrow()
                .getDataPoints(0);
    }
}
