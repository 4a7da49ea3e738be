package dev.evenkeel.exporter.otlp;

import static dev.evenkeel.exporter.otlp.Rig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.otlp.Answer.Outcome;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.DoubleCounter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.Timer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import java.util.List;
import java.util.SplittableRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Shutdowns at random moments, with a receiver that fails in every way at random: before, during and after the last push. Each run is
 * told by its number alone. {@code -Devenkeel.otlp.shutdowns=10000} runs what docs/otlp.md tells of.
 */
class RandomShutdownTest {
    private static final int RUNS = Integer.getInteger("evenkeel.otlp.shutdowns", 4_000);
    private static final Logger LOG = Logger.getLogger(OtlpExporter.class.getName());

    private int repeats;
    private int lossy;
    private int interrupted;

    @BeforeAll
    static void keepQuiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        LOG.setLevel(null);
    }

    @Test
    void nothingIsLostNorCountedTwiceUnseen() throws Exception {
        for (int run = 0; run < RUNS; run++) {
            try {
                shutDown(run);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("run " + run, e);
            }
        }
        System.out.println(RUNS + " shutdowns: " + interrupted + " during a request, " + lossy
                + " before a receiver that never came back, " + repeats + " requests taken twice and counted");
        assertTrue(RUNS < 1000 || (repeats > 0 && lossy > 0 && interrupted > 0), "the faults did not happen");
    }

    private void shutDown(int run) throws Exception {
        SplittableRandom random = new SplittableRandom(run);
        boolean delta = random.nextInt(4) > 0;
        Rig rig = new Rig(
                delta ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE,
                random.nextBoolean() ? HistogramEncoding.EXPLICIT : HistogramEncoding.EXPONENTIAL,
                random.nextInt(3) == 0 ? 70_000 : 1 << 20,
                random.nextInt(3) == 0 ? 200 + random.nextInt(4_000) : 1 << 20,
                run);
        Labelled<Counter> orders = rig.registry.counter("orders").labels("k").register();
        DoubleCounter cost = rig.registry.doubleCounter("cost").register();
        Timer checkout = rig.registry.timer("checkout").register();
        long[] counted = new long[3];
        double spent = 0;
        long timed = 0;
        double failing = random.nextDouble();
        rig.receiver = request -> answer(rig, request, random, failing);
        int steps = 1 + random.nextInt(12);
        for (int step = 0; step < steps; step++) {
            for (int i = random.nextInt(4); i > 0; i--) {
                int k = random.nextInt(counted.length);
                int amount = random.nextInt(1000);
                orders.bind("k" + k).add(amount);
                counted[k] += amount;
                cost.add(0.25 * amount); // whole quarters: exact in doubles
                spent += 0.25 * amount;
                checkout.record(random.nextInt(1_000_000_000));
                timed++;
            }
            rig.pass(random.nextLong(90 * SECOND));
        }
        boolean back = random.nextInt(3) > 0;
        if (random.nextInt(3) == 0) { // close() comes while a request is under way, and ends it
            interrupted++;
            rig.interruptNext(random.nextBoolean());
            try {
                rig.pusher.step(true);
            } catch (InterruptedException e) {
                Thread.interrupted();
            }
            rig.interruptNext(null);
        }
        if (back) {
            rig.answer(Outcome.ACCEPTED);
        }

        rig.finish(1 + random.nextLong(20 * SECOND));
        int sent = rig.sent.size();
        rig.finish(20 * SECOND);

        assertEquals(sent, rig.sent.size(), "a second last push");
        assertEquals(List.of(), rig.ledger.errors());
        double lostPoints = rig.own("evenkeel.otlp.points", "lost");
        double lost = rig.own("evenkeel.otlp.lost");
        double told = 0;
        double missing = 0;
        for (int k = 0; k < counted.length; k++) {
            double has = delta ? rig.ledger.deltas("orders|k=k" + k) : zero(rig.ledger.last("orders|k=k" + k));
            assertTrue(has <= counted[k], () -> "more orders than there were: " + has);
            missing += counted[k] - has;
            told += has;
        }
        double hasSpent = delta ? rig.ledger.deltas("cost") : zero(rig.ledger.last("cost"));
        double hasTimed = delta ? rig.ledger.deltas("checkout") : zero(rig.ledger.last("checkout"));
        assertTrue(hasSpent <= spent && hasTimed <= timed, "more than there was");
        missing += spent - hasSpent + timed - hasTimed;
        if (back) {
            assertEquals(0.0, lostPoints, "points");
            assertEquals(0.0, missing, "of " + told);
        } else if (missing > 0) {
            lossy++;
            assertTrue(lostPoints > 0, "lost and not counted");
            assertTrue(!delta || missing <= lost, missing + " missing, " + lost + " counted");
        }
        if (delta) {
            double unknown = rig.own("evenkeel.otlp.repeats", "unknown");
            assertTrue(
                    rig.ledger.repeatedRequests() <= unknown,
                    () -> rig.ledger.repeatedRequests() + " requests taken twice, " + unknown + " counted");
            repeats += (int) rig.ledger.repeatedRequests();
        }
    }

    private static Answer answer(
            Rig rig, ExportMetricsServiceRequest request, SplittableRandom random, double failing) {
        if (random.nextDouble() >= failing) {
            return Answer.of(Outcome.ACCEPTED, "");
        }
        return switch (random.nextInt(7)) {
            case 0 -> Answer.of(Outcome.UNSENT, "refused");
            case 1 -> new Answer(Outcome.BUSY, random.nextLong(40 * SECOND), 0, "429");
            case 2 -> Answer.of(Outcome.DENIED, "401");
            case 3 -> {
                rig.ledger.take(request);
                rig.clock.advance(random.nextLong(10 * SECOND));
                yield Answer.of(Outcome.UNKNOWN, "answer lost");
            }
            case 4 -> {
                rig.clock.advance(10 * SECOND);
                yield Answer.of(Outcome.UNKNOWN, "request lost");
            }
            case 5 -> Answer.of(PusherTest.points(request) > 10 ? Outcome.TOO_LARGE : Outcome.ACCEPTED, "413");
            default -> {
                rig.clock.advance(random.nextLong(9 * SECOND)); // slow
                yield Answer.of(Outcome.ACCEPTED, "");
            }
        };
    }

    private static double zero(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}
