package dev.evenkeel.leak.corpus;

/** Something that is done again and again. */
interface Subject extends AutoCloseable {

    void iterate() throws Exception;

    /** Ends what must not outlive the case where several run in one JVM. */
    @Override
    default void close() throws Exception {}

    /** A subject with something to end. */
    static Subject of(Step step, Step close) {
        return new Subject() {
            @Override
            public void iterate() throws Exception {
                step.run();
            }

            @Override
            public void close() throws Exception {
                close.run();
            }
        };
    }

    /** Part of a subject. */
    interface Step {
        void run() throws Exception;
    }
}
