package dev.evenkeel.dashboard;

import static dev.evenkeel.dashboard.MetricCatalogue.CPU;
import static dev.evenkeel.dashboard.MetricCatalogue.FD_LIMIT;
import static dev.evenkeel.dashboard.MetricCatalogue.GC_CPU;
import static dev.evenkeel.dashboard.MetricCatalogue.HEAP_AFTER_GC;
import static dev.evenkeel.dashboard.MetricCatalogue.HEAP_LIMIT;
import static dev.evenkeel.dashboard.MetricCatalogue.OPEN_FDS;
import static dev.evenkeel.dashboard.MetricCatalogue.QUEUE_DEPTH;
import static dev.evenkeel.dashboard.MetricCatalogue.QUEUE_LIMIT;
import static dev.evenkeel.dashboard.MetricCatalogue.SHED;
import static dev.evenkeel.dashboard.MetricCatalogue.SUBMITTED;

import java.util.List;
import java.util.Locale;

/** The alerts on saturation: what is about to run out, early enough to act. */
final class AlertRules {

    static final double HEAP_SHARE = 0.85;
    static final double FD_SHARE = 0.8;
    static final double GC_SHARE = 0.2;
    static final double QUEUE_SHARE = 0.8;
    private static final double SHED_SHARE = 0.01;
    private static final double BUSY_CORES = 0.05;

    private AlertRules() {}

    static List<AlertRule> all() {
        return List.of(
                new AlertRule(
                        "EvenkeelHeapNearLimit",
                        HEAP_AFTER_GC.wireName() + " / " + HEAP_LIMIT.wireName() + " > " + number(HEAP_SHARE),
                        "10m",
                        "warning",
                        "{{ $labels.instance }} keeps {{ $value | humanizePercentage }} of its heap after collections.",
                        "A collector that gets less than a sixth of the heap back runs ever more often; 10 minutes outlast"
                                + " a load peak whose objects die with it."),
                new AlertRule(
                        "EvenkeelFileDescriptorsNearLimit",
                        OPEN_FDS.wireName() + " / " + FD_LIMIT.wireName() + " > " + number(FD_SHARE),
                        "5m",
                        "critical",
                        "{{ $labels.instance }} has {{ $value | humanizePercentage }} of its file descriptors open.",
                        "At the limit every accept and open fails at once; a fifth of it is left as time to act, and 5"
                                + " minutes outlast a burst of connections."),
                new AlertRule(
                        "EvenkeelGcCpuHigh",
                        rate(GC_CPU) + " / " + rate(CPU) + " > " + number(GC_SHARE) + "\nand " + rate(CPU) + " > "
                                + number(BUSY_CORES),
                        "5m",
                        "warning",
                        "{{ $labels.instance }} spends {{ $value | humanizePercentage }} of its CPU time on collections.",
                        "A healthy service stays under 5 %; above 20 % latency follows the collector, and the share grows"
                                + " steeply as the heap fills. A process that uses less than a twentieth of a core is idle."),
                new AlertRule(
                        "EvenkeelPoolSaturated",
                        "(" + since(SHED) + ")\n  / (" + since(SUBMITTED) + ")\n  > " + number(SHED_SHARE) + "\nor "
                                + QUEUE_DEPTH.wireName() + " / " + QUEUE_LIMIT.wireName() + " > " + number(QUEUE_SHARE),
                        "2m",
                        "critical",
                        "Pool {{ $labels.pool }} of {{ $labels.instance }} is saturated: {{ $value | humanizePercentage }}"
                                + " shed, or of its queue taken.",
                        "One job in a hundred shed is an answer of 503 that users notice, and a queue that stays four"
                                + " fifths full sheds with the next burst; 2 minutes outlast one burst."));
    }

    private static String rate(CatalogueEntry counter) {
        return "rate(" + counter.wireName() + "[5m])";
    }

    /**
     * Increase over five minutes which also sees a counter's birth: a counter that appears at 7 has increased by 0 to
     * {@code increase}, so one that is younger than the window counts with its value.
     */
    private static String since(CatalogueEntry counter) {
        String name = counter.wireName();
        return "(" + name + " unless " + name + " offset 5m) or increase(" + name + "[5m])";
    }

    /** 0.8 as {@code 0.8}. */
    static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    /** 0.8 as {@code 80 %}. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", share * 100);
    }
}
