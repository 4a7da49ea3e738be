package dev.evenkeel.soak;

import java.time.Duration;
import java.util.List;

/**
 * Faults that a run injects, one kind after the other.
 *
 * @param every time from the start of one to the next; zero for none
 * @param lasts how long one is on; under half of {@code every}
 * @param faults taken in turn; not empty
 */
public record FaultPlan(Duration every, Duration lasts, List<Fault> faults) {

    /** No faults. */
    public static final FaultPlan NONE = new FaultPlan(Duration.ZERO, Duration.ZERO, List.of());

    /** Shortest time between faults. */
    private static final Duration CLOSEST = Duration.ofSeconds(10);

    /**
     * One kind of fault.
     *
     * @param amount milliseconds of {@link Kind#SLOW}, per cent of {@link Kind#ERRORS}; otherwise 0
     * @param begin command line of {@link Kind#COMMAND} that sets it; otherwise empty
     * @param end command line that takes it back
     */
    public record Fault(Kind kind, long amount, String begin, String end) {

        /** @throws IllegalArgumentException for an amount out of range, or a command that is missing */
        public Fault {
            boolean fits =
                    switch (kind) {
                        case SLOW -> amount >= 1 && amount <= 600_000;
                        case ERRORS -> amount >= 1 && amount <= 100;
                        case PAUSE -> amount == 0;
                        case COMMAND -> !begin.isBlank() && !end.isBlank();
                    };
            if (!fits) {
                throw new IllegalArgumentException(
                        switch (kind) {
                            case SLOW -> "An upstream slower by " + amount + " ms: choose 1 ms to 10 min.";
                            case ERRORS -> "An upstream that fails " + amount + " % of requests: choose 1 to 100.";
                            case PAUSE -> "A pause has no amount; how long it lasts says it all.";
                            case COMMAND -> "A fault by command needs two: one that sets it and one that takes it back.";
                        });
            }
        }

        /** As marks and reports show it. */
        public String words() {
            return switch (kind) {
                case SLOW -> "upstream slower by " + amount + " ms";
                case ERRORS -> "upstream fails " + amount + " %";
                case PAUSE -> "service paused";
                case COMMAND -> begin;
            };
        }
    }

    /** What a fault does. */
    public enum Kind {
        /** The upstream answers later. */
        SLOW,
        /** The upstream answers with errors. */
        ERRORS,
        /** The service is stopped by a signal, and goes on when it is over. */
        PAUSE,
        /** Whatever a command of the user's does. */
        COMMAND
    }

    /** @throws IllegalArgumentException for faults that leave no steady time between them */
    public FaultPlan {
        faults = List.copyOf(faults);
        if (every.isNegative() || lasts.isNegative()) {
            throw new IllegalArgumentException("A warm-up and the time between faults cannot be negative.");
        }
        if (!every.isZero()) {
            if (every.compareTo(CLOSEST) < 0 || lasts.multipliedBy(2).compareTo(every) >= 0) {
                throw new IllegalArgumentException("Faults every "
                        + every.toMillis() / 1000.0
                        + " s leave no steady time between them. Leave at least 10 s and twice as long as one lasts, or 0 for"
                        + " none.");
            }
            if (faults.isEmpty() || lasts.isZero()) {
                throw new IllegalArgumentException("Faults every " + every.toMillis() / 1000.0
                        + " s, but no kind and length of one. Say which, or leave the faults out.");
            }
        }
    }

    /** A slow upstream every so often, for an eighth of the time but at most 5 s; zero for none. */
    public static FaultPlan slowEvery(Duration every) {
        if (every.isZero()) {
            return NONE;
        }
        double seconds = Math.max(1, Math.min(5, every.toNanos() / 1e9 / 8));
        return new FaultPlan(
                every,
                Duration.ofNanos(Math.round(seconds * 1e9)),
                List.of(new Fault(Kind.SLOW, SoakPlan.SLOW_MILLIS, "", "")));
    }

    double everySeconds() {
        return every.toNanos() / 1e9;
    }

    double lastSeconds() {
        return lasts.toNanos() / 1e9;
    }

    /** Seconds after a fault in which what it piled up drains. */
    double recoverySeconds() {
        return Math.max(1, lastSeconds() / 2);
    }
}
