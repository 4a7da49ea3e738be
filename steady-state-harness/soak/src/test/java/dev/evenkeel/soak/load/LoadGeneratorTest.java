package dev.evenkeel.soak.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Runs one sender's turns on the test's own thread, under a clock that only waiting moves. */
class LoadGeneratorTest {
    private final ManualPacer pacer = new ManualPacer();

    /** A server that takes one millisecond, and longer for the requests that a test says. */
    private final class Server implements Connection {
        private final List<Long> seen = new ArrayList<>();
        private long stallAt = -1;
        private long stallMillis;
        private Outcome outcome = Outcome.SUCCESS;
        private boolean closed;

        @Override
        public Outcome send(long sequence) throws IOException {
            seen.add(sequence);
            pacer.advanceMillis(sequence == stallAt ? stallMillis : 1);
            if (sequence == stallAt && outcome == Outcome.FAILED) {
                throw new IOException("reset");
            }
            return outcome;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private LoadGenerator generator(Connection server, double perSecond) {
        return new LoadGenerator(() -> server, ArrivalSchedule.perSecond(perSecond), 1, pacer);
    }

    private static void turns(LoadGenerator load, Connection server, int turns) throws InterruptedException {
        for (int i = 0; i < turns; i++) {
            load.sendNext(server);
        }
    }

    @Test
    void aStalledServerShowsInIntendedLatencyAndNotInServiceTime() throws Exception {
        Server server = new Server();
        server.stallAt = 100;
        server.stallMillis = 1000;
        LoadGenerator load = generator(server, 100);
        load.originAt(pacer.nanos());

        turns(load, server, 300);
        LoadInterval interval = load.interval();

        assertEquals(300, interval.completed());
        // One request in 300 was slow to serve, but all that were due during the stall waited for it.
        assertEquals(1000, interval.service().getMaxValue() / 1000.0, 1);
        assertEquals(1, interval.service().getValueAtPercentile(99) / 1000.0, 0.1);
        assertEquals(1000, interval.intended().getMaxValue() / 1000.0, 1);
        assertTrue(
                interval.intended().getValueAtPercentile(90) > 500_000,
                "90 % at " + interval.intended().getValueAtPercentile(90));
        assertEquals(0, interval.lateness().getMaxValue(), "the server was late, not the generator");
    }

    @Test
    void aRequestLeavesAtItsTimeAndNotBefore() throws Exception {
        Server server = new Server();
        LoadGenerator load = generator(server, 10);
        long origin = pacer.nanos();
        load.originAt(origin);

        turns(load, server, 11);

        assertEquals(origin + 1_001_000_000L, pacer.nanos(), "ten intervals of 100 ms and one answer");
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L), server.seen);
    }

    @Test
    void latenessOfTheGeneratorIsItsOwnFigure() throws Exception {
        Server server = new Server();
        Pacer oversleeps = new Pacer() {
            @Override
            public long nanos() {
                return pacer.nanos();
            }

            @Override
            public void sleepUntil(long nanos) {
                pacer.sleepUntil(nanos + 20_000_000);
            }
        };
        LoadGenerator load = new LoadGenerator(() -> server, ArrivalSchedule.perSecond(10), 1, oversleeps);
        load.originAt(pacer.nanos());

        turns(load, server, 10);

        LoadInterval interval = load.interval();
        assertEquals(10, interval.lateness().getTotalCount());
        assertEquals(20, interval.lateness().getValueAtPercentile(99) / 1000.0, 0.1);
        assertEquals(21, interval.intended().getValueAtPercentile(50) / 1000.0, 0.1);
        assertEquals(1, interval.service().getValueAtPercentile(50) / 1000.0, 0.1);
    }

    @Test
    void requestsDueInAPauseOfOursAreCountedButKeptOutOfTheLatencies() throws Exception {
        Server server = new Server();
        server.stallAt = 10;
        server.stallMillis = 100;
        LoadGenerator load = generator(server, 100);
        load.originAt(pacer.nanos());

        turns(load, server, 10); // due at 0 to 90 ms
        load.pauseBegins(); // at 91 ms
        turns(load, server, 1); // due at 100 ms, answered at 200 ms
        load.pauseEnds();
        turns(load, server, 30);

        LoadInterval interval = load.interval();
        assertEquals(41, interval.completed());
        assertEquals(41, interval.succeeded());
        // The pause took 109 ms, and the queue behind it is given as long to drain: those due until 309 ms.
        assertEquals(21, interval.excluded());
        assertEquals(20, interval.intended().getTotalCount());
        assertTrue(
                interval.intended().getMaxValue() < 2_000,
                "max " + interval.intended().getMaxValue());
    }

    @Test
    void withoutAPauseNothingIsExcluded() throws Exception {
        Server server = new Server();
        LoadGenerator load = generator(server, 100);
        load.originAt(pacer.nanos());

        turns(load, server, 50);

        assertEquals(0, load.interval().excluded());
    }

    @Test
    void outcomesAreCountedApart() throws Exception {
        Server server = new Server();
        LoadGenerator load = generator(server, 100);
        load.originAt(pacer.nanos());

        turns(load, server, 3);
        server.outcome = Outcome.SHED;
        turns(load, server, 2);
        server.outcome = Outcome.FAILED;
        server.stallAt = 5;
        turns(load, server, 2); // one throws, one answers

        LoadInterval interval = load.interval();
        assertEquals(3, interval.succeeded());
        assertEquals(2, interval.shed());
        assertEquals(2, interval.failed());
        assertEquals(7, interval.completed());
    }

    @Test
    void anIntervalHoldsOnlyWhatCameSinceTheLast() throws Exception {
        Server server = new Server();
        LoadGenerator load = generator(server, 10);
        load.originAt(pacer.nanos());

        turns(load, server, 5);
        load.interval();
        turns(load, server, 3);
        LoadInterval interval = load.interval();

        assertEquals(3, interval.completed());
        assertEquals(3, interval.due());
        assertEquals(3, interval.intended().getTotalCount());
    }

    @Test
    void connectionsOpenedBeforeARefusalAreClosed() {
        AtomicInteger opened = new AtomicInteger();
        List<Server> servers = List.of(new Server(), new Server());
        LoadGenerator load = new LoadGenerator(
                () -> {
                    int n = opened.getAndIncrement();
                    if (n == 2) {
                        throw new IOException("refused");
                    }
                    return servers.get(n);
                },
                ArrivalSchedule.perSecond(10),
                3,
                pacer);

        assertThrows(IOException.class, load::open);

        assertTrue(servers.stream().allMatch(s -> s.closed));
    }

    @Test
    void connectionsCarryAQuarterOfASecondWithinBounds() {
        assertEquals(4, LoadGenerator.connectionsFor(0.1));
        assertEquals(50, LoadGenerator.connectionsFor(200));
        assertEquals(256, LoadGenerator.connectionsFor(100_000));
    }

    @Test
    void sendersEndAndConnectionsCloseWhenTheLoadEnds() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        LoadGenerator load = new LoadGenerator(
                () -> new Connection() {
                    @Override
                    public Outcome send(long sequence) {
                        return Outcome.SUCCESS;
                    }

                    @Override
                    public void close() {
                        closed.incrementAndGet();
                    }
                },
                ArrivalSchedule.perSecond(0.001), // the second request is due in a quarter of an hour
                4,
                Pacer.system());
        load.open();
        load.begin(System.nanoTime());

        load.end();

        assertEquals(4, closed.get());
        assertFalse(
                Thread.getAllStackTraces().keySet().stream()
                        .anyMatch(t -> t.getName().startsWith("evenkeel-load-")),
                "a sender still runs");
    }
}
