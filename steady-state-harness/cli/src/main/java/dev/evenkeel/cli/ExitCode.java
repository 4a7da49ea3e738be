package dev.evenkeel.cli;

import dev.evenkeel.drift.Verdict;

/** What the process tells its caller; the same for every command. */
public final class ExitCode {
    /** Nothing to complain about. */
    public static final int PASS = 0;

    /** A defect of ours. */
    public static final int INTERNAL = 1;

    /** The command line was wrong. */
    public static final int USAGE = 2;

    /** Drift, a leak or another finding. */
    public static final int FAIL = 3;

    /** The data did not suffice to decide. */
    public static final int INCONCLUSIVE = 4;

    /** The run or this machine is unfit to tell anything. */
    public static final int UNFIT = 5;

    private ExitCode() {}

    /** The exit code of a verdict. */
    public static int of(Verdict verdict) {
        return switch (verdict) {
            case PASS -> PASS;
            case FAIL -> FAIL;
            case INCONCLUSIVE -> INCONCLUSIVE;
            case INVALID -> UNFIT;
        };
    }
}
