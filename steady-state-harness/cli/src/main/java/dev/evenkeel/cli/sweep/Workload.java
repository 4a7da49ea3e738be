package dev.evenkeel.cli.sweep;

import dev.evenkeel.soak.UnfitException;
import java.io.IOException;

/** What is run under each setting. One thread; {@link #requestStop} from any. */
interface Workload extends AutoCloseable {

    /** One line for the report. */
    String describe();

    /**
     * Starts what all runs share.
     *
     * @throws UnfitException when this machine cannot
     */
    default void begin() throws UnfitException, InterruptedException {}

    /**
     * Runs once.
     *
     * @throws UnfitException when no run can go well here, whatever the setting
     */
    Reading run(Trial trial) throws UnfitException, IOException, InterruptedException;

    /** Asks a run under way to end soon; what it returns is not used. */
    void requestStop();

    @Override
    default void close() {}
}
