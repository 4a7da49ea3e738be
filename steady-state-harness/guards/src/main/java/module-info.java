/** Bounded pools and concurrency limits for services that must stand for weeks. */
module dev.evenkeel.guard {
    requires transitive dev.evenkeel.metrics;
    requires static org.jspecify;

    exports dev.evenkeel.guard;
}
