/** Bounded pools and concurrency limits for services that must stand for weeks. */
module dev.evenkeel.guard {
    requires transitive dev.evenkeel.metrics;
    requires transitive java.net.http;
    requires static org.jspecify;

    exports dev.evenkeel.guard;
    exports dev.evenkeel.guard.http;
}
