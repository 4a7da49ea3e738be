package dev.evenkeel.cli.lab;

/** The loop that is measured; the same for every counter. */
final class Increments {
    /** Increments between two looks at the clockwork around: a piece is compiled as a method, not in mid-flight. */
    private static final int PIECE = 1000;

    private volatile boolean between;

    /** Increments that often; returns the attempts that took. */
    long count(LabCounter counter, long operations) {
        long attempts = 0;
        for (long left = operations; left > 0; left -= PIECE) {
            attempts += piece(counter, (int) Math.min(PIECE, left));
        }
        return attempts;
    }

    private long piece(LabCounter counter, int operations) {
        long attempts = 0;
        for (int i = 0; i < operations; i++) {
            attempts += counter.increment();
            // A volatile read between two increments, as a program has other work there: it keeps the compiler from
            // looking a thread's cell up once per loop, and from holding one lock over several increments.
            if (between) {
                return attempts;
            }
        }
        return attempts;
    }
}
