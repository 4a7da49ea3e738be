package dev.evenkeel.cli.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.prometheus.PrometheusText;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MeteredWorkloadTest {

    private static MeteredWorkload.Counted page(String text, String metric) throws IOException {
        return MeteredWorkload.counted(PrometheusText.parse(text), metric);
    }

    @Test
    void aHistogramTellsOperationsAndTheirQuantile() throws IOException {
        String page =
                """
                # TYPE d_seconds histogram
                d_seconds_bucket{r="a",le="0.1"} %d
                d_seconds_bucket{r="a",le="0.2"} %d
                d_seconds_bucket{r="a",le="+Inf"} %d
                d_seconds_sum{r="a"} 1
                d_seconds_count{r="a"} %d
                """;
        MeteredWorkload.Counted before = page(String.format(page, 50, 50, 50, 50), "d_seconds");
        MeteredWorkload.Counted after = page(String.format(page, 140, 150, 150, 150), "d_seconds");

        assertEquals(100, after.ops() - before.ops());
        // 90 of 100 below 0.1, all below 0.2: the 99th is 9 tenths of the way between
        assertEquals(0.19, after.quantileSince(before, 0.99), 1e-12);
    }

    @Test
    void aCounterHasNoQuantile() throws IOException {
        MeteredWorkload.Counted counted =
                page("# TYPE a_total counter\na_total{x=\"1\"} 3\na_total{x=\"2\"} 4\n", "a_total");

        assertEquals(7, counted.ops());
        assertTrue(Double.isNaN(counted.quantileSince(counted, 0.99)));
    }

    @Test
    void aPageWithoutItIsNoFigure() {
        IOException e = assertThrows(IOException.class, () -> page("# TYPE a gauge\na 3\n", "b_total"));

        assertEquals("there is no b_total on it", e.getMessage());
    }
}
