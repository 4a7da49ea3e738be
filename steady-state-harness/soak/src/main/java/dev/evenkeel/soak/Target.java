package dev.evenkeel.soak;

import dev.evenkeel.leak.allocation.AllocationSite;
import dev.evenkeel.soak.load.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something that can be put under load and watched: a service, with the parts it needs.
 *
 * <p>The engine calls {@link #connect()} and everything else from one control thread; connections are
 * then used by one sender thread each.
 */
public interface Target extends AutoCloseable {

    /**
     * Starts the service and returns when it is ready for requests.
     *
     * @throws UnfitException when this machine cannot run it
     */
    void start() throws UnfitException, IOException, InterruptedException;

    /**
     * Opens one keep-alive connection for load.
     *
     * @throws IOException when the service does not accept it
     */
    Connection connect() throws IOException;

    /**
     * Reads the watched resources, by the names of {@link ResourceNames}. A resource that this platform
     * does not have is absent, never zero.
     *
     * @throws IOException when no reading could be had
     */
    Map<String, Double> sample() throws IOException;

    /** Known upper limits by resource name, in the resource's unit; absent where there is none. */
    Map<String, Double> limits() throws IOException;

    /**
     * Bytes of live objects; NaN when the target cannot tell. Stops the service for a moment.
     *
     * @throws IOException when no reading could be had
     */
    double liveSetBytes() throws IOException;

    /**
     * Counts by kind, to tell later what grew. Stops the service for a moment.
     *
     * @throws IOException when no reading could be had
     */
    Evidence evidence() throws IOException;

    /**
     * Whether {@link #fault} can do this to it.
     *
     * <p>Asked before {@link #start}.
     */
    default boolean canFault(FaultPlan.Kind kind) {
        return kind == FaultPlan.Kind.COMMAND;
    }

    /**
     * Sets a fault, until {@link #normal()}. Only kinds that {@link #canFault} says.
     *
     * @param lasts after which a {@link FaultPlan.Kind#PAUSE} ends by itself, whatever became of the harness
     */
    default void fault(FaultPlan.Fault fault, Duration lasts) throws IOException {
        throw new IOException("this target knows no fault of that kind");
    }

    /** Ends the {@link #fault}. */
    default void normal() throws IOException {}

    /**
     * Where it allocates: samples for a time, which the call waits for, while the load goes on. Asked once, after the last reading
     * that is judged, for it leaves the target with more threads and classes than before. Empty where the target has no way to tell.
     *
     * @throws IOException when it has one and it failed; the message says why
     */
    default Optional<List<AllocationSite>> allocationSites(Duration window) throws IOException, InterruptedException {
        return Optional.empty();
    }

    /** Whether it runs in this very process, so that what the harness uses cannot be told from what it uses. */
    default boolean inThisProcess() {
        return false;
    }

    /** Whether {@link #restart} works; asked before {@link #start}. */
    default boolean canRestart() {
        return false;
    }

    /**
     * Stops the service and starts it again at the same address; its connections open themselves again.
     *
     * @throws UnfitException when it does not come back
     */
    default void restart() throws UnfitException, IOException, InterruptedException {
        throw new IOException("this target cannot be restarted from here");
    }

    /** The exit code of the service when it has ended by itself; empty while it lives. */
    OptionalInt exitCode();

    /**
     * Something that differs after a restart of the service, for example its process id and start time.
     */
    String incarnation();

    /** What a reader should know of it, in display order: JVM, heap flags, collector, plant. */
    Map<String, String> environment();

    /** Stops the service and all its parts; idempotent, waits at most some seconds. */
    @Override
    void close();
}
