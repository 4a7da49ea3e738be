package dev.evenkeel.metrics.hdr;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import java.nio.file.Path;

/** Writes intervals until it is killed, and says after each how many values are in the log. */
final class KilledLogProgram {
    private KilledLogProgram() {}

    public static void main(String[] args) throws Exception {
        MetricRegistry registry = MetricRegistry.create();
        Timer timer = registry.timer("t").register();
        IntervalLog log = IntervalLog.builder(registry, Path.of(args[0]))
                .histograms("t")
                .maxFileBytes(16 << 10)
                .open();
        for (long value = 1; ; value += 7) {
            for (int i = 0; i < 1_000; i++) {
                timer.record(value * i);
            }
            log.write();
            System.out.println(timer.read().count());
        }
    }
}
