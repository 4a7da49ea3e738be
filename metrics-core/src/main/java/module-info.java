/**
 * Instruments that count and time at the cost of a plain store, and samplers of the resources a service uses.
 */
module dev.evenkeel.metrics {
    requires transitive HdrHistogram;
    requires static org.jspecify;
    requires jdk.unsupported; // thread numbers on JDK 17 and 18
    requires java.management;
    requires jdk.management;
    requires static jdk.jfr; // counting virtual threads, which a caller asks for

    exports dev.evenkeel.metrics;
    exports dev.evenkeel.metrics.resource;
}
