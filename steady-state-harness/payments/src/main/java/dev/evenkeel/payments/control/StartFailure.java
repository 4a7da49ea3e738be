package dev.evenkeel.payments.control;

/** Why a process could not start: one sentence for the user, and the exit code that goes with it. */
public final class StartFailure extends Exception {
    /** Exit code for a wrong command line. */
    public static final int USAGE = 2;

    /** Exit code for an environment that cannot run the process: a port in use, no database, no right to start one. */
    public static final int UNFIT = 5;

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** A failure with its exit code and its sentence. */
    public StartFailure(int exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
    }

    /** A failure with its exit code, its sentence and what lies behind it. */
    public StartFailure(int exitCode, String sentence, Throwable cause) {
        super(sentence, cause);
        this.exitCode = exitCode;
    }

    /** The exit code of the process. */
    public int exitCode() {
        return exitCode;
    }

    /** The sentence for the user. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
