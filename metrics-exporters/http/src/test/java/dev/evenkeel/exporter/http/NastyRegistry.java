package dev.evenkeel.exporter.http;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;

/** One series of each kind, and label values that break naive writers. */
final class NastyRegistry {
    private NastyRegistry() {}

    static void fill(MetricRegistry registry) {
        Labelled<Counter> orders = registry.counter("shop.orders")
                .unit("{order}")
                .labels("route", "who")
                .register();
        orders.bind("", "empty").add(1);
        orders.bind("a\"b\\c", "quote and backslash").add(2);
        orders.bind("two\nlines\r\tand\u0000nul", "controls").add(3);
        orders.bind("J\u00f6rg \uD83D\uDE00 \u2028", "beyond ASCII").add(4);
        orders.bind("lone \uD83D half", "not a character").add(5);
        orders.bind("</script>{}=,", "marks").add(Long.MAX_VALUE);
        orders.bind("10 KB", "x".repeat(10_240)).add(6);
        registry.doubleCounter("shop.spent").unit("s").register().add(0.1);
        registry.gauge("shop.load").register().set(Double.NaN);
        registry.gauge("shop.far").register().set(Double.NEGATIVE_INFINITY);
        registry.gauge("shop.tiny").register().set(1e-300);
        registry.upDownCounter("shop.open").register().add(-3);
        Timer timer = registry.timer("shop.time").register();
        timer.record(2_000_000_000L);
        timer.record(1_000L);
        registry.timer("shop.idle").register();
    }
}
