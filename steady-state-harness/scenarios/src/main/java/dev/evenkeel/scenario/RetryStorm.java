package dev.evenkeel.scenario;

import dev.evenkeel.scenario.ScenarioOutcome.Measured;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Clients that lost one server in the same instant and retry with exponential back-off: without jitter they stay together,
 * come back as one herd, overrun the server again and again, and need many times the server's real work time to recover. The
 * cure is full jitter: each delay is drawn evenly between zero and the back-off.
 *
 * <p>A simulation in virtual time: no thread, no clock, no sleep. Severity is the {@linkplain Measured#severity()
 * synchronisation index}: the share of all other waiting clients that an average attempt after the outage finds in its own
 * {@value #SLOT_MILLIS} ms slot, 1 when all move together.
 *
 * <p>A run that has not recovered after {@value #HORIZON_MILLIS} ms of virtual time ends there, with the successes it has.
 */
public final class RetryStorm implements Scenario {
    /*
     * The model
     *
     * The server admits a fixed number of requests in each slot and refuses the rest at once; during the outage it refuses
     * all. A refused client waits min(cap, base * 2^tries), as it stands or as the upper end of a draw. Every exchange
     * takes a random time on the network, so that the herd is not held together by exact arithmetic: it has to survive
     * that noise, as it does outside. Requests of one slot are admitted in order of arrival, ties by client.
     *
     * The index counts from the end of the outage: the first failure of all clients in one instant is the fault that was
     * injected, not the storm that follows, and while the server is down a herd hurts nobody. It leaves the attempt itself out, in numerator and denominator: a single last client is not a herd, and
     * independent clients give the probability of two meeting by chance, about slot / back-off.
     */

    /** The grain of the server's capacity and of the index; several times the noise of the network. */
    static final int SLOT_MILLIS = 20;

    /** Requests that the server admits in one slot: 500 a second. */
    static final int CAPACITY_PER_SLOT = 10;

    /** How long the server refuses everything. */
    static final int OUTAGE_MILLIS = 3_000;

    /** The first back-off. */
    static final int BASE_MILLIS = 100;

    /** The longest back-off. */
    static final int CAP_MILLIS = 10_000;

    /** The pause of a client between a success and its next request. */
    static final int THINK_MILLIS = 1_000;

    /** Virtual time after which a run is given up: an hour. */
    static final int HORIZON_MILLIS = 3_600_000;

    /** An exchange over the network takes 1 to this many milliseconds. */
    private static final int ROUND_TRIP_MILLIS = 4;

    /** From here on the clients count as one herd; independent ones stay far below {@link #APART}. */
    private static final double TOGETHER = 0.5;

    private static final double APART = 0.05;

    private RetryStorm() {}

    /** The storm after an outage of {@value #OUTAGE_MILLIS} ms that all clients saw begin in the same instant. */
    public static RetryStorm afterOutage() {
        return new RetryStorm();
    }

    @Override
    public String name() {
        return "retry-storm";
    }

    @Override
    public String summary() {
        return "Clients that back off without jitter return as one herd and overrun the server; full jitter spreads them.";
    }

    @Override
    public ScenarioConfig defaultConfig() {
        return new ScenarioConfig(1_000, 1, 1);
    }

    @Override
    public ScenarioOutcome run(ScenarioConfig config) {
        Measured together = simulate(config, false);
        Measured spread = simulate(config, true);
        boolean proven = together.severity() >= TOGETHER && together.attemptsPerSuccess() >= 2;
        boolean cured = proven
                && spread.severity() <= APART
                && spread.successes() == config.operations()
                && spread.attempts() * 2 <= together.attempts()
                && spread.span() * 2 <= together.span();
        return new ScenarioOutcome(
                name(),
                together,
                spread,
                proven,
                cured,
                String.format(
                        Locale.ROOT,
                        "%d clients, seed %d: synchronisation %.3f without jitter, %.3f with; %.1f attempts per success, then %.1f; "
                                + "recovered after %.1f s, then %.1f s",
                        config.workers(),
                        config.seed(),
                        together.severity(),
                        spread.severity(),
                        together.attemptsPerSuccess(),
                        spread.attemptsPerSuccess(),
                        together.span(),
                        spread.span()));
    }

    /** One attempt to come. Ordered by time, then by client, so that no run depends on a queue's inner order. */
    private record Arrival(long millis, int client) implements Comparable<Arrival> {
        @Override
        public int compareTo(Arrival other) {
            int byTime = Long.compare(millis, other.millis);
            return byTime != 0 ? byTime : Integer.compare(client, other.client);
        }
    }

    private static Measured simulate(ScenarioConfig config, boolean jitter) {
        int clients = config.workers();
        SplittableRandom random = new SplittableRandom(config.seed());
        int[] left = new int[clients];
        int[] tries = new int[clients];
        PriorityQueue<Arrival> arrivals = new PriorityQueue<>(clients);
        for (int client = 0; client < clients; client++) {
            left[client] = config.operationsPerWorker();
            arrivals.add(new Arrival(roundTrip(random), client));
        }
        long attempts = 0;
        long successes = 0;
        int waiting = clients;
        long lastSuccessMillis = 0;
        double met = 0;
        long judged = 0;
        while (!arrivals.isEmpty()) {
            long slot = arrivals.peek().millis() / SLOT_MILLIS;
            if (slot * SLOT_MILLIS >= HORIZON_MILLIS) {
                break;
            }
            int waitingBefore = waiting;
            int inSlot = 0;
            // A new arrival never falls into the slot that is being worked off twice: its delay is at least 1 ms, and
            // when
            // it does land in this slot it is taken up by this same loop.
            while (!arrivals.isEmpty() && arrivals.peek().millis() / SLOT_MILLIS == slot) {
                Arrival arrival = arrivals.remove();
                int client = arrival.client();
                inSlot++;
                attempts++;
                boolean admitted = arrival.millis() >= OUTAGE_MILLIS && inSlot <= CAPACITY_PER_SLOT;
                if (admitted) {
                    successes++;
                    lastSuccessMillis = arrival.millis();
                    tries[client] = 0;
                    if (--left[client] > 0) {
                        arrivals.add(new Arrival(arrival.millis() + THINK_MILLIS + roundTrip(random), client));
                    } else {
                        waiting--;
                    }
                } else {
                    long backOff = Math.min(CAP_MILLIS, (long) BASE_MILLIS << Math.min(tries[client]++, 20));
                    long delay = jitter ? random.nextLong(backOff + 1) : backOff;
                    arrivals.add(new Arrival(arrival.millis() + roundTrip(random) + delay, client));
                }
            }
            if (waitingBefore > 1 && slot * SLOT_MILLIS >= OUTAGE_MILLIS) {
                met += inSlot * Math.min(1.0, (inSlot - 1.0) / (waitingBefore - 1.0));
                judged += inSlot;
            }
        }
        double span = (successes == config.operations() ? lastSuccessMillis : HORIZON_MILLIS) / 1e3;
        return new Measured(attempts, successes, judged == 0 ? 0 : met / judged, span, "s");
    }

    private static int roundTrip(SplittableRandom random) {
        return 1 + random.nextInt(ROUND_TRIP_MILLIS);
    }
}
