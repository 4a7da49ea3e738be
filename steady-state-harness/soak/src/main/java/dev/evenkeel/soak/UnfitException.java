package dev.evenkeel.soak;

/** This machine, or the way it is set up, cannot run the soak; the message is one sentence for its user. */
public class UnfitException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With the sentence that the user reads: what is wrong and how to mend it. */
    public UnfitException(String message) {
        super(message);
    }

    /** As above, with what went wrong underneath. */
    public UnfitException(String message, Throwable cause) {
        super(message, cause);
    }
}
