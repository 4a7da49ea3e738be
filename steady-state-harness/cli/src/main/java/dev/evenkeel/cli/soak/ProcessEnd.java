package dev.evenkeel.cli.soak;

import java.util.concurrent.TimeUnit;

/** Waits for processes that were asked to end. */
final class ProcessEnd {
    static final long STOP_SECONDS = 10;

    private ProcessEnd() {}

    /** Waits up to {@value #STOP_SECONDS} s for it, then kills it. An interrupt cuts that short, and is kept for the caller. */
    static void await(Process process) {
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
