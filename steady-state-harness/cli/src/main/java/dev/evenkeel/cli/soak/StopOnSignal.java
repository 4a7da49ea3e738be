package dev.evenkeel.cli.soak;

import dev.evenkeel.cli.ExitCode;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and termination into an early end of the run: it is asked to stop, the main
 * thread judges, writes and prints, and the process ends with the verdict's exit code.
 */
public final class StopOnSignal implements AutoCloseable {
    /*
     * A JVM that is shutting down runs its hooks while the other threads go on, and ends when the hooks
     * return. So the hook waits for the main thread, which does its work as ever, and then halts with its
     * exit code; System.exit could not set one any more.
     */

    private static final long LONGEST_END_SECONDS = 60;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;
    private volatile int code = ExitCode.INTERNAL;

    private StopOnSignal(Runnable request) {
        hook = new Thread(() -> stop(request), "evenkeel-stop");
    }

    /**
     * Asks a run to stop when the process is told to end.
     *
     * @param request asks, and does not wait
     */
    public static StopOnSignal install(Runnable request) {
        StopOnSignal stop = new StopOnSignal(request);
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    private void stop(Runnable request) {
        request.run();
        try {
            if (!finished.await(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("evenkeel: the run did not end within " + LONGEST_END_SECONDS + " s; giving up.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(code);
    }

    /** The exit code, should the process be ending already. */
    public void exitWith(int code) {
        this.code = code;
    }

    /** The run is over: forgets it, or lets the process end if it is ending. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending: the hook waits for this
        }
        finished.countDown();
    }
}
