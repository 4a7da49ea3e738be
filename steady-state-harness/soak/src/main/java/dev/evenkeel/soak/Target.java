package dev.evenkeel.soak;

import dev.evenkeel.soak.load.Connection;
import java.io.IOException;
import java.util.Map;
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
     * Bytes of live objects. Stops the service for a moment.
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

    /** Makes the service's upstream answer this much later, until {@link #normal()}. */
    void slow(long millis) throws IOException;

    /** Ends {@link #slow}. */
    void normal() throws IOException;

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
