package dev.evenkeel.exporter.prometheus.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each rule has a page that it alone objects to, and a twin of it that no rule objects to. */
class RuleTest {
    private static final long NOW = 1_700_000_000_000L;

    /** @param evidence what the report says was seen; the place before it */
    private record Twins(String bad, String evidence, String fix, String good) {}

    @ParameterizedTest
    @EnumSource
    void theBadTwinIsFoundAndTheGoodOneIsNot(Rule rule) {
        Twins twins = twins(rule);

        List<Finding> bad = audit(twins.bad);
        List<Finding> good = audit(twins.good);

        assertEquals(
                List.of(rule + " " + twins.evidence),
                bad.stream()
                        .map(f -> f.rule() + " " + f.place() + ": " + f.evidence())
                        .toList());
        assertTrue(bad.get(0).fix().contains(twins.fix), bad.get(0)::fix);
        assertEquals(List.of(), good);
        assertFalse(rule.why().isBlank());
    }

    private static List<Finding> audit(String page) {
        return Audit.of(page, AuditOptions.readAt(NOW)).findings();
    }

    /** A switch without default: a new rule does not compile until it has its twins. */
    private static Twins twins(Rule rule) {
        return switch (rule) {
            case SYNTAX -> new Twins(
                    gauge("queue_depth") + "queue_depth one\n",
                    "line 3: \"one\" is not a number in \"queue_depth one\"",
                    "name{label=\"value\"} number",
                    gauge("queue_depth") + "queue_depth 1\n");
            case METADATA -> new Twins(
                    gauge("queue_depth") + "queue_depth 1\n# TYPE queue_depth gauge\n",
                    "queue_depth: a second TYPE in line 4 (gauge after gauge)",
                    "once",
                    gauge("queue_depth") + "queue_depth 1\n");
            case DUPLICATE_SERIES -> new Twins(
                    gauge("queue_depth") + "queue_depth{a=\"1\",b=\"2\"} 1\nqueue_depth{b=\"2\",a=\"1\"} 3\n",
                    "queue_depth: 1 line repeats a series, first queue_depth{a=\"1\",b=\"2\"} in lines 3 (1) and 4 (3)",
                    "label",
                    gauge("queue_depth") + "queue_depth{a=\"1\",b=\"2\"} 1\nqueue_depth{b=\"1\",a=\"2\"} 3\n");
            case SCATTERED_FAMILY -> new Twins(
                    gauge("queue_depth") + gauge("pool_depth")
                            + "queue_depth{q=\"a\"} 1\npool_depth 1\nqueue_depth{q=\"b\"} 1\n",
                    "queue_depth: its samples begin in line 5 and go on in line 7 after those of another family",
                    "together",
                    gauge("queue_depth") + gauge("pool_depth")
                            + "queue_depth{q=\"a\"} 1\nqueue_depth{q=\"b\"} 1\npool_depth 1\n");
            case NAME_CHARACTERS -> new Twins(
                    gauge("queue.depth") + "queue.depth 1\n",
                    "queue.depth: the name is \"queue.depth\"",
                    "Rename it to queue_depth,",
                    gauge("queue_depth") + "queue_depth 1\n");
            case NAME_RESERVED -> new Twins(
                    gauge("__queue_depth") + "__queue_depth 1\n",
                    "__queue_depth: the name begins with __",
                    "Rename it to queue_depth,",
                    gauge("_queue_depth") + "_queue_depth 1\n");
            case NAME_CASE -> new Twins(
                    gauge("queueDepthJVM") + "queueDepthJVM 1\n",
                    "queueDepthJVM: the name has capitals",
                    "Rename it to queue_depth_jvm, or in metric_relabel_configs: {source_labels: [__name__], regex:"
                            + " queueDepthJVM, target_label: __name__, replacement: queue_depth_jvm}.",
                    gauge("queue_depth_jvm") + "queue_depth_jvm 1\n");
            case NAME_COLON -> new Twins(
                    gauge("job:depth") + "job:depth 1\n",
                    "job:depth: the name has a colon",
                    "Rename it to job_depth,",
                    gauge("job_depth") + "job_depth 1\n");
            case COUNTER_TOTAL -> new Twins(
                    counter("http_requests") + "http_requests 1\n",
                    "http_requests: a counter without _total",
                    "Rename it to http_requests_total,",
                    counter("http_requests_total") + "http_requests_total 1\n");
            case TOTAL_ON_OTHERS -> new Twins(
                    gauge("queue_depth_total") + "queue_depth_total 1\n",
                    "queue_depth_total: a gauge with _total",
                    "ename it to queue_depth,",
                    gauge("queue_depth") + "queue_depth 1\n");
            case RESERVED_SUFFIX -> new Twins(
                    gauge("jvm_thread_count") + "jvm_thread_count 12\n",
                    "jvm_thread_count: a gauge with _count",
                    "Rename it to jvm_threads,",
                    gauge("jvm_threads") + "jvm_threads 12\n");
            case TYPE_IN_NAME -> new Twins(
                    gauge("queue_depth_gauge") + "queue_depth_gauge 1\n",
                    "queue_depth_gauge: the name has the word gauge",
                    "Rename it to queue_depth,",
                    gauge("gauge") + "gauge 1\n");
            case BASE_UNIT -> new Twins(
                    counter("gc_pause_milliseconds_total") + "gc_pause_milliseconds_total 1\n",
                    "gc_pause_milliseconds_total: the unit is milliseconds, the base unit is seconds",
                    "Rename it to gc_pause_seconds_total, and record the value / 1000.",
                    counter("gc_pause_seconds_total") + "gc_pause_seconds_total 0.001\n");
            case UNIT_ABBREVIATION -> new Twins(
                    gauge("heap_used_kb") + "heap_used_kb 1\n",
                    "heap_used_kb: the unit is abbreviated: kb, the base unit is bytes",
                    "Rename it to heap_used_bytes, and record the value * 1000 (or 1024, as it was counted).",
                    gauge("heap_used_bytes") + "heap_used_bytes 1000\n");
            case UNIT_SUFFIX -> new Twins(
                    counter("disk_bytes_read_total") + "disk_bytes_read_total 1\n",
                    "disk_bytes_read_total: bytes is not at the end",
                    "Rename it to disk_read_bytes_total,",
                    counter("disk_read_bytes_total") + "disk_read_bytes_total 1\n");
            case UNIT_MISSING -> new Twins(
                    gauge("call_latency") + "call_latency 1\n",
                    "call_latency: the name ends with latency, without a unit",
                    "Rename it to call_latency_seconds, and record the value as it is if it was in seconds.",
                    gauge("call_latency_seconds") + "call_latency_seconds 1\n");
            case LABEL_IN_NAME -> new Twins(
                    counter("calls_by_country_total") + "calls_by_country_total{country=\"NZ\"} 1\n",
                    "calls_by_country_total{country}: the name repeats the label country",
                    "Rename it to calls_total,",
                    counter("country_calls_total") + "country_calls_total{country=\"NZ\"} 1\n");
            case HELP_MISSING -> new Twins(
                    "# HELP queue_depth Registered as queue.depth, without help.\n# TYPE queue_depth gauge\nqueue_depth 1\n",
                    "queue_depth: the exporter wrote \"Registered as queue.depth, without help.\"",
                    "where queue.depth is registered",
                    gauge("queue_depth") + "queue_depth 1\n");
            case HELP_USELESS -> new Twins(
                    "# HELP queue_depth The depth of the queue.\n# TYPE queue_depth gauge\nqueue_depth 1\n",
                    "queue_depth: help is \"The depth of the queue.\"",
                    "what is counted or measured",
                    "# HELP queue_depth Jobs that wait for a worker.\n# TYPE queue_depth gauge\nqueue_depth 1\n");
            case TYPE_MISSING -> new Twins(
                    "# HELP queue_depth Jobs that wait for a worker.\nqueue_depth 1\n",
                    "queue_depth: no TYPE line",
                    "# TYPE queue_depth gauge",
                    gauge("queue_depth") + "queue_depth 1\n");
            case GAUGE_LIKE_COUNTER -> new Twins(
                    gauge("http_errors") + "http_errors{code=\"500\"} 3\nhttp_errors{code=\"502\"} 4\n",
                    "http_errors: a gauge called \"errors\", with whole numbers only (7 in all)",
                    "call it http_errors_total",
                    gauge("http_active_requests") + "http_active_requests 3\n");
            case HISTOGRAM_INF -> new Twins(
                    histogram("wait_seconds") + buckets("1=2", "2=3") + "wait_seconds_sum 4\nwait_seconds_count 3\n",
                    "wait_seconds: the last bucket is le=\"2\"",
                    "le=\"+Inf\"",
                    histogram("wait_seconds") + buckets("1=2", "+Inf=3")
                            + "wait_seconds_sum 4\nwait_seconds_count 3\n");
            case HISTOGRAM_CUMULATIVE -> new Twins(
                    histogram("wait_seconds") + buckets("1=2", "2=1", "+Inf=3")
                            + "wait_seconds_sum 4\nwait_seconds_count 3\n",
                    "wait_seconds: le=\"2\" counts 1, le=\"1\" 2",
                    "below included",
                    histogram("wait_seconds") + buckets("1=2", "2=2", "+Inf=3")
                            + "wait_seconds_sum 4\nwait_seconds_count 3\n");
            case HISTOGRAM_BOUNDARIES -> new Twins(
                    histogram("wait_seconds") + buckets("1=2", "1.0=2", "+Inf=3")
                            + "wait_seconds_sum 4\nwait_seconds_count 3\n",
                    "wait_seconds: le=\"1\" and le=\"1.0\" are the same boundary",
                    "once",
                    histogram("wait_seconds") + buckets("1=2", "1.5=2", "+Inf=3")
                            + "wait_seconds_sum 4\nwait_seconds_count 3\n");
            case HISTOGRAM_PARTS -> new Twins(
                    histogram("wait_seconds") + buckets("1=2", "+Inf=3") + "wait_seconds_sum 4\nwait_seconds_count 4\n",
                    "wait_seconds: _count is 4, the +Inf bucket 3",
                    "equal to the +Inf bucket",
                    histogram("wait_seconds") + buckets("1=2", "+Inf=4")
                            + "wait_seconds_sum 4\nwait_seconds_count 4\n");
            case HISTOGRAM_BUCKETS -> new Twins(
                    histogram("wait_seconds") + manyBuckets(40) + "wait_seconds_sum 4\nwait_seconds_count 1\n",
                    "wait_seconds: 41 buckets, the limit is 40; with 1 label set it is 43 time series",
                    "10 to 20 boundaries",
                    histogram("wait_seconds") + manyBuckets(39) + "wait_seconds_sum 4\nwait_seconds_count 1\n");
            case RESERVED_LABEL -> new Twins(
                    gauge("queue_depth") + "queue_depth{le=\"1\"} 1\n",
                    "queue_depth: le=\"1\" on queue_depth, which is no bucket",
                    "rename the label",
                    gauge("queue_depth") + "queue_depth{level=\"1\"} 1\n");
            case SUMMARY_QUANTILES -> new Twins(
                    help("wait_seconds") + "# TYPE wait_seconds summary\nwait_seconds{quantile=\"0.5\"} 1\n"
                            + "wait_seconds{quantile=\"0.99\"} 2\nwait_seconds_sum 4\nwait_seconds_count 3\n",
                    "wait_seconds: 2 quantiles (0.5, 0.99) for 1 label set",
                    "histogram",
                    help("wait_seconds") + "# TYPE wait_seconds summary\nwait_seconds_sum 4\nwait_seconds_count 3\n");
            case LABEL_NAME -> new Twins(
                    gauge("queue_depth") + "queue_depth{queueName=\"a\"} 1\n",
                    "queue_depth{queueName}: the label is called \"queueName\"",
                    "Rename it to queue_name.",
                    gauge("queue_depth") + "queue_depth{queue_name=\"a\"} 1\n");
            case LABEL_SETS -> new Twins(
                    gauge("queue_depth")
                            + "queue_depth{a=\"1\"} 1\nqueue_depth{a=\"2\"} 1\nqueue_depth{a=\"2\",b=\"2\"} 1\n",
                    "queue_depth: 2 series with {a}, 1 series with {a,b}",
                    "all of a, b",
                    gauge("queue_depth") + "queue_depth{b=\"1\",a=\"1\"} 1\nqueue_depth{a=\"2\",b=\"2\"} 1\n"
                            + "queue_depth{otel_metric_overflow=\"false\",a=\"1\"} 1\n");
            case CARDINALITY -> new Twins(
                    gauge("queue_depth") + series("queue_depth", 2001),
                    "queue_depth{name}: 2001 label sets, the limit is 2000; 2001 time series; most distinct values:"
                            + " name (2001), half (2)",
                    "Drop or group name",
                    gauge("queue_depth") + series("queue_depth", 2000));
            case LABEL_IDS -> new Twins(
                    gauge("queue_depth")
                            + "queue_depth{owner=\"0b8c9b1e-58a3-4f5e-9d5e-8f0a3c1d2e4f\"} 1\n"
                            + "queue_depth{owner=\"1b8c9b1e-58a3-4f5e-9d5e-8f0a3c1d2e4f\"} 1\n",
                    "queue_depth{owner}: 2 distinct values, 2 look like a UUID, as \"0b8c9b1e-58a3-4f5e-9d5e-8f0a3c1d2e4f\"",
                    "Take owner off the metric",
                    gauge("queue_depth")
                            + "queue_depth{owner=\"billing\"} 1\nqueue_depth{owner=\"0b8c9b1e-58a3-4f5e-9d5e-8f0a3c1d2e4f\"} 1\n");
            case LABEL_LENGTH -> new Twins(
                    gauge("queue_depth") + "queue_depth{reason=\"" + "x".repeat(201) + "\"} 1\n",
                    "queue_depth{reason}: 1 of 1 value longer than 200 characters, the longest 201: \"" + "x".repeat(37)
                            + "...\"",
                    "short name",
                    gauge("queue_depth") + "queue_depth{reason=\"" + "x".repeat(200) + "\"} 1\n");
            case OVERFLOW_SERIES -> new Twins(
                    counter("calls_total")
                            + "calls_total{tenant=\"a\"} 1\ncalls_total{tenant=\"b\"} 1\ncalls_total{otel_metric_overflow=\"true\"} 9\n",
                    "calls_total: the overflow series stands at 9; most distinct values: tenant (2)",
                    "raise the instrument's cardinality limit",
                    counter("calls_total") + "calls_total{tenant=\"a\"} 1\ncalls_total{tenant=\"b\"} 1\n");
            case COUNTER_NAN -> new Twins(
                    counter("calls_total") + "calls_total{a=\"1\"} 1\ncalls_total{a=\"2\"} NaN\n",
                    "calls_total: 1 of 2 values are NaN, first calls_total{a=\"2\"}",
                    "0/0",
                    gauge("calls_share") + "calls_share NaN\n");
            case COUNTER_NEGATIVE -> new Twins(
                    counter("calls_total") + "calls_total -2\n",
                    "calls_total: 1 of 1 value is below zero, first calls_total = -2",
                    "gauge if it may fall",
                    gauge("balance") + "balance -2\n");
            case STALE_TIMESTAMP -> new Twins(
                    gauge("queue_depth") + "queue_depth 1 " + (NOW - 300_000) + "\n",
                    "queue_depth: 1 sample is up to 300 s off the time of reading",
                    "no timestamps",
                    gauge("queue_depth") + "queue_depth 1 " + (NOW - 299_999) + "\n");
            case EVENKEEL_DROPPED -> new Twins(
                    counter("evenkeel_dropped_total")
                            + "evenkeel_dropped_total{reason=\"late\"} 0\nevenkeel_dropped_total{reason=\"negative\"} 3\n",
                    "evenkeel_dropped_total: {reason=\"negative\"} is 3",
                    "less than 0",
                    counter("evenkeel_dropped_total") + "evenkeel_dropped_total{reason=\"negative\"} 0\n");
            case EVENKEEL_LADDER -> new Twins(
                    counter("evenkeel_memory_ladder_total") + "evenkeel_memory_ladder_total{rung=\"one_digit\"} 2\n",
                    "evenkeel_memory_ladder_total: {rung=\"one_digit\"} is 2",
                    "maxBytes",
                    counter("evenkeel_memory_ladder_total") + "evenkeel_memory_ladder_total{rung=\"one_digit\"} 0\n");
        };
    }

    private static String help(String name) {
        return "# HELP " + name + " Something that a reader wants to know.\n";
    }

    private static String gauge(String name) {
        return help(name) + "# TYPE " + name + " gauge\n";
    }

    private static String counter(String name) {
        return help(name) + "# TYPE " + name + " counter\n";
    }

    private static String histogram(String name) {
        return help(name) + "# TYPE " + name + " histogram\n";
    }

    private static String buckets(String... boundAndCount) {
        return java.util.Arrays.stream(boundAndCount)
                .map(pair -> pair.split("=", -1))
                .map(pair -> "wait_seconds_bucket{le=\"" + pair[0] + "\"} " + pair[1] + "\n")
                .collect(Collectors.joining());
    }

    private static String manyBuckets(int finite) {
        return IntStream.rangeClosed(1, finite)
                        .mapToObj(i -> "wait_seconds_bucket{le=\"" + i + "\"} 1\n")
                        .collect(Collectors.joining())
                + buckets("+Inf=1");
    }

    private static String series(String name, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> name + "{half=\"" + (i % 2 == 0 ? "even" : "odd") + "\",name=\"n" + i + "\"} 1\n")
                .collect(Collectors.joining());
    }
}
