package dev.evenkeel.cli.sweep;

import java.util.regex.Pattern;

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

    /** {@code Picked up JAVA_TOOL_OPTIONS: ...}, with which each JVM begins that is given any. */
    static final Pattern PICKED_UP = Pattern.compile("(?m)^(NOTE: )?Picked up .*$");

    private static final Pattern NO_COLLECTOR = Pattern.compile("Option -XX:\\+Use\\w+GC not supported");

    private final String words;

    Outcome(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** What a JVM died of, by its exit code and what it printed. */
    static Outcome ofFailure(int exitCode, String printed) {
        if (exitCode == 0) {
            return OK;
        }
        // The JVM repeats the flags it was given, and one of them has an OutOfMemoryError in its name.
        String output = PICKED_UP.matcher(printed).replaceAll("");
        if (output.contains("Conflicting collector combinations")
                || output.contains("Multiple garbage collectors selected")) {
            return NOT_APPLIED;
        }
        if (output.contains("Unrecognized VM option")
                || NO_COLLECTOR.matcher(output).find()) {
            return UNSUPPORTED;
        }
        if (output.contains("OutOfMemoryError")
                || output.contains("Too small maximum heap")
                || output.contains("Too small initial heap")
                || output.contains("Could not reserve enough space")) {
            return OUT_OF_MEMORY;
        }
        return CRASHED;
    }
}
