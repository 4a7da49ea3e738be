package dev.evenkeel.exporter.http;

import java.time.Duration;

/**
 * The bounds of one {@link AdminListener}. Each holds for that listener alone: no system property is read or set.
 *
 * <p>Immutable; each {@code with..} returns a copy with one bound changed. Start from {@link #DEFAULTS}.
 *
 * @param connections most connections at a time, and so most threads; 64 by default, which is more scrapers than a process has, and
 *     few enough to take no descriptors from the service. The next one waits in the system's queue for a place
 * @param requests most endpoints that collect and encode at a time; 4 by default: they are all computation. Probes and
 *     {@code /status} are not counted. The next request waits for {@code room}, then gets 503
 * @param headBytes most bytes of a request line with its headers, 1024 to 65536; 8192 by default, as in most servers. Half of it for the
 *     request line. More gets 414 or 431. There is no body: a request that announces one is refused unread
 * @param headTime how long a head, and a TLS handshake, may take from the first byte, or from the connection's start; 5 s by
 *     default. Then the connection is closed
 * @param idleTime how long a connection may wait for its next request; 75 s by default, so that a scrape a minute finds it open
 * @param answerTime how long an endpoint may take to make its answer; 30 s by default, three times what a scraper waits for. Then its
 *     thread is interrupted and the connection closed
 * @param readerBytesPerSecond a client that takes less of its answer over {@code readerPatience} is cut off, 1 to 2^30; 16384 by default:
 *     at that rate a scrape of a megabyte takes a minute, and nobody waits so long
 * @param readerPatience over how long a reader's rate is measured; 5 s by default, more than a lost packet costs
 * @param unsentBytes most bytes of answers that are held for their readers; 64 MiB by default. A single answer may be longer. The next answer
 *     waits for {@code room}, then becomes a 503
 * @param room how long a request waits where there is no room for it, and how long, while another waits, a connection may idle and a
 *     slow reader is borne with; 1 s by default
 */
public record AdminLimits(
        int connections,
        int requests,
        int headBytes,
        Duration headTime,
        Duration idleTime,
        Duration answerTime,
        int readerBytesPerSecond,
        Duration readerPatience,
        long unsentBytes,
        Duration room) {

    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** The defaults, with the reason for each in this type's own description. */
    public static final AdminLimits DEFAULTS = new AdminLimits(
            64,
            4,
            8192,
            Duration.ofSeconds(5),
            Duration.ofSeconds(75),
            Duration.ofSeconds(30),
            16_384,
            Duration.ofSeconds(5),
            64L << 20,
            Duration.ofSeconds(1));

    public AdminLimits {
        check("connections", connections, 1, 1024);
        check("requests", requests, 1, 1024);
        check("headBytes", headBytes, 1024, 65_536);
        check("readerBytesPerSecond", readerBytesPerSecond, 1, 1 << 30);
        check("unsentBytes", unsentBytes, 1, Long.MAX_VALUE);
        check("headTime", headTime);
        check("idleTime", idleTime);
        check("answerTime", answerTime);
        check("readerPatience", readerPatience);
        check("room", room);
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "Cannot limit " + name + " to " + value + ": it is a number from " + least
                            + (most == Long.MAX_VALUE ? " up" : " to " + most)
                            + ", so that the listener answers at all and stays small. The default is in AdminLimits.DEFAULTS.");
        }
    }

    private static void check(String name, Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("Cannot limit " + name + " to " + value
                    + ": it is a time from 10 ms to 1 h; shorter would cut off honest clients, longer none. The default is"
                    + " in AdminLimits.DEFAULTS.");
        }
    }

    public AdminLimits withConnections(int most) {
        return new AdminLimits(
                most,
                requests,
                headBytes,
                headTime,
                idleTime,
                answerTime,
                readerBytesPerSecond,
                readerPatience,
                unsentBytes,
                room);
    }

    public AdminLimits withRequests(int most) {
        return new AdminLimits(
                connections,
                most,
                headBytes,
                headTime,
                idleTime,
                answerTime,
                readerBytesPerSecond,
                readerPatience,
                unsentBytes,
                room);
    }

    public AdminLimits withHeadBytes(int most) {
        return new AdminLimits(
                connections,
                requests,
                most,
                headTime,
                idleTime,
                answerTime,
                readerBytesPerSecond,
                readerPatience,
                unsentBytes,
                room);
    }

    public AdminLimits withHeadTime(Duration most) {
        return new AdminLimits(
                connections,
                requests,
                headBytes,
                most,
                idleTime,
                answerTime,
                readerBytesPerSecond,
                readerPatience,
                unsentBytes,
                room);
    }

    public AdminLimits withIdleTime(Duration most) {
        return new AdminLimits(
                connections,
                requests,
                headBytes,
                headTime,
                most,
                answerTime,
                readerBytesPerSecond,
                readerPatience,
                unsentBytes,
                room);
    }

    public AdminLimits withAnswerTime(Duration most) {
        return new AdminLimits(
                connections,
                requests,
                headBytes,
                headTime,
                idleTime,
                most,
                readerBytesPerSecond,
                readerPatience,
                unsentBytes,
                room);
    }

    /** Sets the least rate of a reader, and over how long it is measured. */
    public AdminLimits withReader(int bytesPerSecond, Duration patience) {
        return new AdminLimits(
                connections,
                requests,
                headBytes,
                headTime,
                idleTime,
                answerTime,
                bytesPerSecond,
                patience,
                unsentBytes,
                room);
    }

    public AdminLimits withUnsentBytes(long most) {
        return new AdminLimits(
                connections,
                requests,
                headBytes,
                headTime,
                idleTime,
                answerTime,
                readerBytesPerSecond,
                readerPatience,
                most,
                room);
    }

    public AdminLimits withRoom(Duration most) {
        return new AdminLimits(
                connections,
                requests,
                headBytes,
                headTime,
                idleTime,
                answerTime,
                readerBytesPerSecond,
                readerPatience,
                unsentBytes,
                most);
    }
}
