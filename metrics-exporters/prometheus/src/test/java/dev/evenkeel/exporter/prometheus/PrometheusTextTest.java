package dev.evenkeel.exporter.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusTextTest {
    @Test
    void readsEverythingTheFormatAllows() {
        String text =
                """
                # HELP http_requests_total The total # of \\n requests { }
                # TYPE http_requests_total counter
                http_requests_total{method="post",code="200"} 1027 1395066363000
                http_requests_total { method = "post" , code="400", }\t3 -1

                   # a comment
                  plain 12.47\r
                msdos{path="C:\\\\DIR\\\\F.TXT",error="Cannot find:\\n\\"it\\""} 1.458255915e9
                weird{problem="division by zero"} +Inf -3982045
                nan NaN
                minus -Inf
                a:b 0
                u{v="\u00e9\uD83D\uDE00"} -.5""";

        assertEquals(
                List.of(
                        sample("http_requests_total", Map.of("method", "post", "code", "200"), 1027),
                        sample("http_requests_total", Map.of("method", "post", "code", "400"), 3),
                        sample("plain", Map.of(), 12.47),
                        sample(
                                "msdos",
                                Map.of("path", "C:\\DIR\\F.TXT", "error", "Cannot find:\n\"it\""),
                                1.458255915e9),
                        sample("weird", Map.of("problem", "division by zero"), Double.POSITIVE_INFINITY),
                        sample("nan", Map.of(), Double.NaN),
                        sample("minus", Map.of(), Double.NEGATIVE_INFINITY),
                        sample("a:b", Map.of(), 0),
                        sample("u", Map.of("v", "\u00e9\uD83D\uDE00"), -0.5)),
                PrometheusText.parse(text));
    }

    @Test
    void readsStreamsAsUtf8AndNothingFromNothing() throws IOException {
        byte[] bytes = "a{b=\"\u00e9\"} 1\n".getBytes(StandardCharsets.UTF_8);

        assertEquals(
                List.of(sample("a", Map.of("b", "\u00e9"), 1)), PrometheusText.parse(new ByteArrayInputStream(bytes)));
        assertTrue(PrometheusText.parse("").isEmpty());
        assertTrue(PrometheusText.parse("\n\n# x").isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a              | a value is missing",
                "a{b=\"c\"}     | a value is missing",
                "a 1x           | \"1x\" is not a number",
                "a 1d           | \"1d\" is not a number",
                "a Infinity     | \"Infinity\" is not a number",
                "a 1 2x         | \"2x\" is not a timestamp in milliseconds",
                "a 1 2 3        | there is something after the value",
                "9a 1           | a metric name is missing",
                "a{b=c} 1       | '\"' is missing before \"c\"",
                "a{b} 1         | '=' is missing before \"}\"",
                "a{b=\"c\\d\"} 1 | \\d is no escape; there are \\\\, \\\" and \\n",
                "a{b=\"c        | the line ends too early",
                "a{b=\"c\" d=\"e\"} 1 | a comma or a closing brace is missing after label b",
                "a{b=\"c\",b=\"d\"} 1 | label b stands there twice",
                "a{b:c=\"d\"} 1 | '=' is missing before \":\"",
            })
    void brokenLinesAreRefusedWithTheirNumber(String line, String what) {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> PrometheusText.parse("ok 1\n\n" + line + "\nok 2\n"));

        assertEquals("Cannot read line 3 of the Prometheus text: " + what + ".", e.getMessage());
    }

    private static PrometheusText.Sample sample(String name, Map<String, String> labels, double value) {
        return new PrometheusText.Sample(name, labels, value);
    }
}
