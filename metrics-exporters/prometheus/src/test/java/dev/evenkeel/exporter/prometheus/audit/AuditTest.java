package dev.evenkeel.exporter.prometheus.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditTest {
    private static final AuditOptions OPTIONS = AuditOptions.readAt(0);

    @Test
    void openMetricsWithUnitsExemplarsCreatedAndInfoIsClean() {
        AuditReport report = audit(
                """
                # HELP orders Orders taken from baskets.
                # TYPE orders counter
                orders_total{country="NZ"} 17.0 # {trace_id="abc"} 1.0 1520879607.789
                orders_created{country="NZ"} 0.5
                # HELP checkout_seconds From basket to receipt.
                # TYPE checkout_seconds histogram
                # UNIT checkout_seconds seconds
                checkout_seconds_bucket{le="1.0"} 2 # {trace_id="abc"} 0.5
                checkout_seconds_bucket{le="+Inf"} 3
                checkout_seconds_sum 4.5
                checkout_seconds_count 3
                # HELP build Version of the program that runs.
                # TYPE build info
                build_info{version="1.2"} 1
                # EOF
                """);

        assertEquals(List.of(), report.findings());
        assertTrue(report.openMetrics());
        assertEquals(3, report.families());
        assertEquals(7, report.series());
    }

    @Test
    void inText004TheSameCounterHasNoTypeAtAll() {
        AuditReport report = audit("# HELP orders Taken from baskets.\n# TYPE orders counter\norders_total 1\n");

        assertFalse(report.openMetrics());
        assertTrue(found(report).contains("TYPE_MISSING orders_total"), () -> found(report)
                .toString());
    }

    @Test
    void unitOfOpenMetricsMustBeTheSuffix() {
        AuditReport report =
                audit("# HELP wait From call to answer.\n# TYPE wait gauge\n# UNIT wait seconds\nwait 1\n# EOF\n");

        assertEquals(List.of("UNIT_SUFFIX wait"), found(report));
        assertEquals(
                "# UNIT says seconds, the name does not end with it",
                report.findings().get(0).evidence());
    }

    @Test
    void anUndeclaredHistogramIsOneFindingAndItsBucketsAreJudged() {
        AuditReport report = audit("a_wait_seconds_bucket{le=\"1\"} 2\na_wait_seconds_bucket{le=\"+Inf\"} 1\n"
                + "a_wait_seconds_sum 1\na_wait_seconds_count 1\n");

        assertEquals(
                List.of(
                        "HISTOGRAM_CUMULATIVE a_wait_seconds",
                        "HELP_MISSING a_wait_seconds",
                        "TYPE_MISSING a_wait_seconds"),
                found(report));
        assertTrue(report.findings().get(2).fix().contains("# TYPE a_wait_seconds histogram"));
    }

    @Test
    void quotedNamesAreReadAndNamed() {
        AuditReport report = audit("# HELP x Something else.\n{\"http.requests\",method=\"GET\"} 3\n");

        assertTrue(found(report).contains("NAME_CHARACTERS http.requests"), () -> found(report)
                .toString());
    }

    @Test
    void allFindingsAboutANameProposeTheSameOne() {
        AuditReport report = audit("# HELP HTTP.getMillis_gauge_count Time of the last answer.\n"
                + "# TYPE HTTP.getMillis_gauge_count counter\nHTTP.getMillis_gauge_count 1\n");

        assertEquals(
                List.of(
                        "NAME_CHARACTERS HTTP.getMillis_gauge_count",
                        "NAME_CASE HTTP.getMillis_gauge_count",
                        "COUNTER_TOTAL HTTP.getMillis_gauge_count",
                        "RESERVED_SUFFIX HTTP.getMillis_gauge_count",
                        "TYPE_IN_NAME HTTP.getMillis_gauge_count",
                        "BASE_UNIT HTTP.getMillis_gauge_count"),
                found(report));
        report.findings().forEach(f -> assertTrue(f.fix().startsWith("Rename it to http_get_seconds_total"), f::fix));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evenkeel_bytes",
                "process_start_time_seconds",
                "network_bytes_per_second",
                "http_request_seconds_max",
                "io_time_weighted_seconds",
                "cpu_ratio",
                "seconds_since_boot_seconds"
            })
    void theseNamesOfGaugesAreFine(String name) {
        AuditReport report =
                audit("# HELP " + name + " Something that matters.\n# TYPE " + name + " gauge\n" + name + " 1\n");

        assertEquals(List.of(), report.findings());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "ada@example.org, EMAIL",
                "0b8c9b1e-58a3-4f5e-9d5e-8f0a3c1d2e4f, UUID",
                "user-0b8c9b1e-58a3-4f5e-9d5e-8f0a3c1d2e4f, UUID",
                "10.0.0.7, IP_ADDRESS",
                "10.0.0.7:8080, IP_ADDRESS",
                "2001:db8:0:1:1:1:1:1, IP_ADDRESS",
                "2024-05-01T10:00:00Z, TIMESTAMP",
                "1714557600, TIMESTAMP",
                "1714557600123, TIMESTAMP",
                "482913, LONG_DIGITS",
                "d41d8cd98f00b204e9800998ecf8427e, HASH",
                "/orders/4711, URL_WITH_ID",
                "/orders/4711/items, URL_WITH_ID",
                "https://shop.example/orders/4711, URL_WITH_ID",
                "/search?q=tea, URL_WITH_ID",
                "/orders/{id}, -",
                "/api/v2/orders, -",
                "G1 Old Generation, -",
                "200, -",
                "12345, -",
                "1.2.3, -",
                "java.lang.OutOfMemoryError, -",
                "CodeHeap 'profiled nmethods', -",
                "deadbeef, -",
            })
    void idsAreToldFromNames(String value, String kind) {
        assertEquals(
                kind, IdPattern.of(value) == null ? null : IdPattern.of(value).name());
    }

    @Test
    void anAddressOfAPersonIsFoundOnceIsEnoughAndIsNotRepeated() {
        AuditReport report = audit("# HELP q Jobs that wait.\n# TYPE q gauge\nq{who=\"ada@example.org\"} 1\n");

        assertEquals(List.of("LABEL_IDS q"), found(report));
        assertFalse(report.findings().toString().contains("ada@"), report.findings()::toString);
    }

    @Test
    void hostileLabelValuesTakeNoTimeToMatch() {
        String value = "/a".repeat(140) + "-".repeat(20);

        assertEquals(null, IdPattern.of(value));
        assertEquals(null, IdPattern.of("1:".repeat(150)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "<html><body>404</body></html>   | it begins with \"<\", as HTML and XML do",
                "404 page not found              | none of its 1 lines is a sample or metadata",
                "{\"status\":\"UP\"}             | none of its 1 lines is a sample or metadata",
                "~~                              | it is empty",
            })
    void whatIsNoMetricsPageIsSaidToBeNone(String page, String why) {
        NotMetricsException e = assertThrows(NotMetricsException.class, () -> audit(page));

        assertEquals(
                "This is no Prometheus text: " + why
                        + ". Give the path that Prometheus scrapes; most processes call it /metrics.",
                e.getMessage());
    }

    @Test
    void unreadableLinesAreToldUpToABoundAndCountedBeyond() {
        AuditReport report = audit("# HELP q Jobs that wait.\n# TYPE q gauge\nq 1\n" + "q x\n".repeat(25));

        assertEquals(21, report.count(Severity.ERROR));
        assertEquals("5 more lines cannot be read", report.findings().get(0).evidence());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "q{a=\"1\",a=\"2\"} 1 | label a stands there twice",
                "q{a=1} 1             | the value of label a is not quoted",
                "q{a} 1               | '=' is missing after label a",
                "q{a=\"1\" b=\"1\"} 1 | a comma or a closing brace is missing after label a",
                "q{a=\"1              | the line ends too early",
                "q{a=\"\\t\"} 1       | \\t is no escape; there are \\\\, \\\" and \\n",
                "q                    | a value is missing",
                "q 1 x                | \"x\" is not a timestamp in milliseconds",
                "q 1 2 3              | there is something after the value",
                "{} 1                 | a metric name is missing",
            })
    void aBadLineSaysWhatIsWrongWithIt(String line, String what) {
        AuditReport report = audit("# HELP q Jobs that wait.\n# TYPE q gauge\nq 1\n" + line + "\n");

        assertEquals(List.of("SYNTAX "), found(report));
        assertTrue(report.findings().get(0).evidence().startsWith(what + " in \""), report.findings()::toString);
        assertEquals(4, report.findings().get(0).line());
    }

    @Test
    void limitsBelowOneAreRefused() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> OPTIONS.withSeriesLimit(0));

        assertEquals(
                "Cannot audit with seriesLimit 0: every family would be a finding. Give 1 or more.", e.getMessage());
    }

    @Test
    void aHistogramOfTooManyLabelSetsIsDroppedByTheNamesOfItsSamples() {
        StringBuilder page = new StringBuilder("# HELP w_seconds From call to answer.\n# TYPE w_seconds histogram\n");
        for (int i = 0; i < 3; i++) {
            String label = "{a=\"n" + i + "\"";
            page.append("w_seconds_bucket" + label + ",le=\"1\"} 1\nw_seconds_bucket" + label + ",le=\"+Inf\"} 1\n"
                    + "w_seconds_sum" + label + "} 1\nw_seconds_count" + label + "} 1\n");
        }

        assertEquals(List.of(), Audit.of(page, OPTIONS.withSeriesLimit(3)).findings());
        Finding finding = Audit.of(page, OPTIONS.withSeriesLimit(2)).findings().get(0);
        assertEquals("3 label sets, the limit is 2; 12 time series; most distinct values: a (3)", finding.evidence());
        assertTrue(
                finding.fix().contains("regex: w_seconds_bucket|w_seconds_count|w_seconds_sum, action: drop}"),
                finding::fix);
    }

    @Test
    void theLimitsThatTheRulesNameAreTheDefaults() {
        assertTrue(Rule.HISTOGRAM_BUCKETS.finds().contains("(" + AuditOptions.DEFAULT_BUCKET_LIMIT + ")"));
        assertTrue(Rule.CARDINALITY.finds().contains("(" + AuditOptions.DEFAULT_SERIES_LIMIT + ")"));
        assertTrue(Rule.LABEL_LENGTH.finds().contains("(" + AuditOptions.DEFAULT_VALUE_LENGTH_LIMIT + " characters)"));
    }

    @Test
    void theDocumentListsEveryRuleAsTheCodeHasIt() throws IOException {
        List<String> expected = Arrays.stream(Rule.values())
                .map(r -> "| `" + r.id() + "` | " + r.severity().word() + " | " + r.finds() + " | " + r.why() + " |")
                .toList();

        List<String> written = Files.readAllLines(Path.of("../../docs/audit.md")).stream()
                .filter(line -> line.matches("\\| `[a-z-]+` \\| (error|warning|info) \\|.*"))
                .toList();

        assertEquals(String.join("\n", expected), String.join("\n", written));
    }

    private static AuditReport audit(String page) {
        return Audit.of(page, OPTIONS);
    }

    private static List<String> found(AuditReport report) {
        return report.findings().stream().map(f -> f.rule() + " " + f.family()).toList();
    }
}
