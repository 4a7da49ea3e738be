package dev.evenkeel.payments;

import dev.evenkeel.payments.control.ControlPipe;
import dev.evenkeel.payments.control.StartFailure;

/** The life of a process that says over its control pipe what became of it, and closes its parts at the end. */
final class ControlledProcess {
    /** Stopping takes a second or two; a process that hangs is not to stay. */
    private static final int STOP_WITHIN_SECONDS = 15;

    private ControlledProcess() {}

    /** What a process does, until it is told to stop. */
    interface Body {
        void run() throws StartFailure;
    }

    /**
     * Runs it on the calling thread.
     *
     * @param what begins the sentence on a failure that nobody thought of
     * @param close closes all that was started, the same again where it was closed before; also called when the JVM is ended by a
     *     signal
     * @return the exit code: 0 when it was stopped, that of a {@link StartFailure}, 1 for a defect of ours
     */
    static int run(String name, String what, ControlPipe pipe, Runnable close, Body body) {
        Runtime.getRuntime().addShutdownHook(new Thread(close, name + "-shutdown"));
        int code;
        try {
            body.run();
            code = 0;
        } catch (StartFailure e) {
            pipe.say(e);
            code = e.exitCode();
        } catch (RuntimeException | LinkageError e) { // Said, so that our parent does not wait for @ready for ever.
            e.printStackTrace();
            pipe.say(new StartFailure(1, what + " failed in a way nobody thought of: " + e + ". Please report it."));
            code = 1;
        }
        ProcessSettings.haltAfterSeconds(STOP_WITHIN_SECONDS);
        close.run();
        return code;
    }
}
