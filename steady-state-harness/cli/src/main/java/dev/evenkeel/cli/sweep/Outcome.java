package dev.evenkeel.cli.sweep;

/** How one run of a workload ended. */
enum Outcome {
    /** As it should. */
    OK("ran"),
    /** The heap was too small for it, or for the JVM itself. */
    OUT_OF_MEMORY("out of memory"),
    /** The JVM died, or the command ended with an exit code that is not 0. */
    CRASHED("crashed"),
    /** It did not end in time, or was not ready in time. */
    TIMED_OUT("timed out"),
    /** Too many requests failed for the figures to mean anything. */
    ERRORS("requests failed"),
    /** The JVM does not know the collector. */
    UNSUPPORTED("not in this JVM"),
    /** The JVM ran with other flags than those of the cell: the command sets its own. */
    NOT_APPLIED("flags not taken"),
    /** It said nothing from which its throughput could be told. */
    NO_FIGURES("no figures");

    private final String words;

    Outcome(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** What a JVM that ended badly died of, by what it printed. */
    static Outcome ofFailure(int exitCode, String output) {
        if (output.contains("Unrecognized VM option")
                || output.contains("not supported")
                || output.contains("Conflicting collector combinations")
                || output.contains("Multiple garbage collectors selected")) {
            return output.contains("Conflicting") || output.contains("Multiple garbage") ? NOT_APPLIED : UNSUPPORTED;
        }
        if (output.contains("OutOfMemoryError")
                || output.contains("Too small maximum heap")
                || output.contains("Too small initial heap")
                || output.contains("Initial heap size set to a larger value")
                || output.contains("Could not reserve enough space")
                || output.contains("too small")) {
            return OUT_OF_MEMORY;
        }
        return exitCode == 0 ? OK : CRASHED;
    }
}
