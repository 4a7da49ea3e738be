package dev.evenkeel.exporter.otlp;

/**
 * How one request ended.
 *
 * @param retryAfterNanos how long the receiver wants to be left alone, in nanoseconds; 0 when it did not say
 * @param rejectedPoints what it said it had not taken of a request that it accepted
 * @param text what happened, for people
 */
record Answer(Outcome outcome, long retryAfterNanos, long rejectedPoints, String text) {
    /** What an answer means for the data that was sent. */
    enum Outcome {
        /** Taken. */
        ACCEPTED("accepted"),
        /** Did not leave this process: nobody can have it. */
        UNSENT("unsent"),
        /** Refused for now: the receiver says that it has not taken it. */
        BUSY("busy"),
        /** Sent, and no answer that says whether it was taken. */
        UNKNOWN("unknown"),
        /** Refused for who asks or where: the same data may be taken once that is put right. */
        DENIED("denied"),
        /** Refused for its size. */
        TOO_LARGE("too_large"),
        /** Refused for what it says: it would be again. */
        REJECTED("rejected");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }

        /** Returns it as the value of a label. */
        String label() {
            return label;
        }
    }

    static Answer of(Outcome outcome, String text) {
        return new Answer(outcome, 0, 0, text);
    }
}
