/**
 * Instruments that count and time at the cost of a plain store, and samplers of the resources a service uses.
 */
module dev.evenkeel.metrics {
    requires transitive HdrHistogram;
    requires static org.jspecify;
    requires static java.sql; // what HikariCP's types extend
    requires static com.zaxxer.hikari;
    requires static org.apache.httpcomponents.client5.httpclient5;
    requires static org.apache.httpcomponents.core5.httpcore5;
    requires jdk.unsupported; // thread numbers on JDK 17 and 18
    requires java.management;
    requires jdk.management;
    requires static jdk.httpserver; // whoever uses HttpServerMetrics has it
    requires static java.net.http; // and MeteredHttpClient
    requires static jdk.jfr; // counting virtual threads, which a caller asks for

    exports dev.evenkeel.metrics;
    exports dev.evenkeel.metrics.convert;
    exports dev.evenkeel.metrics.hdr;
    exports dev.evenkeel.metrics.name;
    exports dev.evenkeel.metrics.pool;
    exports dev.evenkeel.metrics.http;
    exports dev.evenkeel.metrics.report;
    exports dev.evenkeel.metrics.resource;
    exports dev.evenkeel.metrics.slo;
}
