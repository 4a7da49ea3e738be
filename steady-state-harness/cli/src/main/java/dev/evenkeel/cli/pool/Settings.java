package dev.evenkeel.cli.pool;

import java.time.Duration;
import java.util.List;

/**
 * The baseline: each number with its reason. docs/pools.md is made from it.
 *
 * @param connections database connections
 * @param permits connections, or calls in flight, to one upstream
 */
record Settings(int connections, int permits) {
    static final double QUERIES_PER_SECOND = 50;
    static final double CALLS_PER_SECOND = 20;

    static final int CONNECTIONS = 10;
    static final int PERMITS = 8;

    static final Duration BORROW = Duration.ofSeconds(1);
    static final Duration VALIDATE = Duration.ofMillis(500);
    static final Duration MAX_LIFETIME = Duration.ofMinutes(30);
    static final Duration KEEPALIVE = Duration.ofMinutes(2);
    static final Duration LEAK = Duration.ofSeconds(10);
    static final Duration STATEMENT = Duration.ofSeconds(2);
    static final int SOCKET_SECONDS = 5;
    static final int CONNECT_SECONDS = 3;

    static final Duration HTTP_WAIT = Duration.ofMillis(250);
    static final Duration HTTP_CONNECT = Duration.ofSeconds(1);
    static final Duration HTTP_ANSWER = Duration.ofSeconds(2);
    static final Duration HTTP_LIVE = Duration.ofMinutes(5);
    static final Duration HTTP_IDLE = Duration.ofSeconds(20);
    static final int HTTP_QUEUE = 16;
    static final int HTTP_EXECUTOR = 4;

    static final Settings BASELINE = new Settings(CONNECTIONS, PERMITS);

    private static final String DB = "HikariCP and PostgreSQL driver";
    private static final String HC5 = "Apache HttpClient 5";
    private static final String JDK = "java.net.http, bounded";

    /** One number and why it is that. */
    record Reason(String pool, String setting, String value, String why) {}

    List<Reason> reasons() {
        return List.of(
                new Reason(
                        DB,
                        "maximumPoolSize",
                        Integer.toString(connections),
                        "Little's law: connections in use = queries a second x seconds each is out. 50/s at 5 ms need 0.25, at 100 ms"
                                + " need 5. Ten carry 50/s until a query takes 200 ms; nine instances fit into"
                                + " PostgreSQL's default of 100 connections."),
                new Reason(
                        DB,
                        "minimumIdle",
                        Integer.toString(connections),
                        "The same: a pool of fixed size opens no connection under load, when it is slowest, and its thread and"
                                + " socket counts are flat."),
                new Reason(
                        DB,
                        "connectionTimeout",
                        "1 s",
                        "A borrower that waited 200 times as long as a query takes meets a database in trouble. The default of"
                                + " 30 s is longer than callers stay."),
                new Reason(
                        DB,
                        "validationTimeout",
                        "500 ms",
                        "Below connectionTimeout, so that a dead connection can be replaced within one borrow."),
                new Reason(
                        DB,
                        "maxLifetime",
                        "30 min",
                        "Shorter than what cuts connections by age in between (an hour is common), long enough that a reconnect"
                                + " is rare: ten in half an hour. It also drops plans and memory that a server process gathers."),
                new Reason(
                        DB,
                        "keepaliveTime",
                        "2 min",
                        "Finds connections that a firewall dropped before a borrower does; common idle limits begin at 4 min."),
                new Reason(
                        DB,
                        "leakDetectionThreshold",
                        "10 s",
                        "Five times the longest statement: what is out so long was not given back. The log has the borrower's stack."),
                new Reason(
                        DB,
                        "statement_timeout",
                        "2 s",
                        "The server's own limit: ends the work too, not only the wait. Must be the shortest of the three."),
                new Reason(
                        DB,
                        "socketTimeout",
                        "5 s",
                        "For a server that does not answer at all; above statement_timeout, so that the server's answer comes first."),
                new Reason(
                        DB,
                        "connectTimeout",
                        "3 s",
                        "A lost SYN is sent again after 1 s: time for that one to be answered, and not for the next, which goes out after 3 s."),
                new Reason(
                        DB,
                        "tcpKeepAlive",
                        "true",
                        "Lets the kernel find a peer that is gone while a connection rests."),
                new Reason(
                        HC5,
                        "maxConnPerRoute",
                        Integer.toString(permits),
                        "Little's law: 10/s at the slow upstream's mean of 72 ms need 0.7, at its p99 of 242 ms 2.4. Eight carry 10/s"
                                + " until a call takes 800 ms, and are all that a hanging upstream can hold. The default is 5."),
                new Reason(
                        HC5,
                        "maxConnTotal",
                        Integer.toString(2 * permits),
                        "The sum over the routes: a lower total lets one slow upstream starve the other."),
                new Reason(
                        HC5,
                        "connectionRequestTimeout",
                        "250 ms",
                        "By then a call of a healthy upstream has ended (p99 242 ms); waiting longer only moves the queue. The"
                                + " default is 3 min."),
                new Reason(
                        HC5,
                        "connectTimeout",
                        "1 s",
                        "A lost SYN is sent again after 1 s. A server of the same site that has not answered by then is down or"
                                + " drowned. The default is 3 min."),
                new Reason(
                        HC5,
                        "responseTimeout, socketTimeout",
                        "2 s",
                        "Eight times the slow upstream's p99: later answers are of no use to the caller. The default is none."),
                new Reason(
                        HC5, "timeToLive", "5 min", "Follows a change of DNS or a new instance within five minutes."),
                new Reason(
                        HC5,
                        "validateAfterInactivity, evictIdleConnections",
                        "1 s, 20 s",
                        "Servers close idle connections after some time, here 30 s: whoever closes first must be the client, or a"
                                + " request meets a closing connection. Eviction costs one thread."),
                new Reason(
                        HC5,
                        "automatic retries",
                        "off",
                        "One try in the pool; retries belong to who knows the call, with a budget."),
                new Reason(
                        JDK,
                        "permits",
                        Integer.toString(permits),
                        "As maxConnPerRoute: the client alone has no bound."),
                new Reason(
                        JDK,
                        "queue, wait",
                        "16, 250 ms",
                        "Two turns of eight calls may wait, none longer than a healthy call takes at p99."),
                new Reason(JDK, "connectTimeout", "1 s", "As above. The default is none."),
                new Reason(
                        JDK,
                        "HttpRequest.timeout",
                        "2 s",
                        "As responseTimeout; each request needs its own. The default is none. On JDK 17 to 25 it ends with the"
                                + " headers."),
                new Reason(
                        JDK,
                        "executor",
                        Integer.toString(HTTP_EXECUTOR) + " threads",
                        "The default grows by a thread for each task at once and shrinks a minute later: thread counts follow the"
                                + " load. Tasks are short and none of them blocks: four threads are more than two calls in flight keep busy."),
                new Reason(
                        JDK,
                        "jdk.httpclient.keepalive.timeout",
                        "20 s",
                        "Below the server's 30 s, as above. JDK 17 keeps idle connections for 1200 s, JDK 21 for 30 s: say it,"
                                + " so that both do the same."));
    }
}
