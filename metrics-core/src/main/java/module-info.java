/**
 * Instruments that count and time at the cost of a plain store, and samplers of the resources a service uses.
 */
module dev.evenkeel.metrics {
    requires transitive HdrHistogram;
    requires static org.jspecify;
    requires jdk.unsupported; // thread numbers on JDK 17 and 18
    requires java.management;
    requires jdk.management;
    requires static jdk.httpserver; // whoever uses HttpServerMetrics has it
    requires static java.net.http; // and MeteredHttpClient

    exports dev.evenkeel.metrics;
    exports dev.evenkeel.metrics.http;
    exports dev.evenkeel.metrics.resource;
    exports dev.evenkeel.metrics.slo;
}
