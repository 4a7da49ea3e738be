package dev.evenkeel.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.drift.TimeSeries;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.SoakListener.Progress;
import dev.evenkeel.soak.Standing;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProgressPageTest {
    private final ProgressPage page = new ProgressPage(0, "./evenkeel soak --page", Path.of("/runs/1"));

    @AfterEach
    void close() {
        page.close();
    }

    private static Progress at(double second) {
        return new Progress(second, 140, "steady", 199, second, 0, 2, 21e6, 41, 87, true);
    }

    private static Standing standing(String name, Verdict verdict, int readings) {
        return new Standing(
                name,
                "Title of " + name,
                "By",
                verdict,
                "flat",
                1.5,
                7,
                TimeSeries.of(
                        IntStream.range(0, readings).asDoubleStream().toArray(),
                        IntStream.range(0, readings)
                                .mapToDouble(i -> 1000 + i % 7)
                                .toArray()));
    }

    private HttpResponse<String> get(String query) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(page.url() + query)).build(), BodyHandlers.ofString());
    }

    private JsonNode data() throws Exception {
        return new ObjectMapper().readTree(get("?format=json").body());
    }

    @Test
    void beforeTheFirstSecondThereIsAPageAndNoNumbers() throws Exception {
        JsonNode data = data();

        assertEquals(1, data.path("schema").intValue());
        assertEquals("starting", data.path("phase").textValue());
        assertEquals("INCONCLUSIVE", data.path("verdict").textValue());
        assertTrue(data.path("total_seconds").isNull());
        assertEquals("/runs/1/report.html", data.path("report").textValue());
        assertEquals(0, data.path("resources").size());
    }

    @Test
    void itShowsWhereTheRunIsItsLoadAndTheWorstVerdictFirst() throws Exception {
        page.phase("steady");
        page.tick(at(61));
        page.tick(at(62));
        page.standings(List.of(standing("threads", Verdict.PASS, 3), standing("heap_live", Verdict.FAIL, 4000)));
        page.tick(at(65));
        page.note("The machine was busy.");

        JsonNode data = data();

        assertEquals("steady", data.path("phase").textValue());
        assertEquals(65, data.path("second").doubleValue());
        assertEquals(62, data.path("judged_at_second").doubleValue());
        assertTrue(data.path("fault").booleanValue());
        assertEquals(2, data.path("failed").intValue());
        assertEquals("FAIL", data.path("verdict").textValue());
        assertEquals("[61,62,65]", data.path("load").path("p99_millis").toString());
        assertEquals("[\"The machine was busy.\"]", data.path("notes").toString());
        JsonNode heap = data.path("resources").path(1);
        assertEquals(300, heap.path("values").size(), "a browser draws no more");
        heap.path("values").forEach(value -> assertEquals(1000, value.doubleValue(), "the least of each column"));
    }

    @Test
    void aLongRunKeepsItsWholeCourseInBoundedRoom() throws Exception {
        for (int second = 1; second <= 100_000; second++) {
            page.tick(at(second));
        }

        JsonNode seconds = data().path("load").path("seconds");
        assertTrue(seconds.size() > 300 && seconds.size() <= 600, () -> "points " + seconds.size());
        assertTrue(seconds.path(0).doubleValue() < 1000);
        assertTrue(seconds.path(seconds.size() - 1).doubleValue() > 99_000);
        for (int i = 2; i < seconds.size(); i++) {
            assertEquals(
                    seconds.path(1).doubleValue() - seconds.path(0).doubleValue(),
                    seconds.path(i).doubleValue() - seconds.path(i - 1).doubleValue(),
                    "evenly spaced at " + i);
        }
    }

    @Test
    void thePageLoadsNothingFromElsewhere() throws Exception {
        HttpResponse<String> answer = get("");

        assertEquals(200, answer.statusCode());
        assertTrue(answer.headers()
                .firstValue("Content-Security-Policy")
                .orElse("")
                .startsWith("default-src 'none'"));
        String body = answer.body().replace("http://www.w3.org/2000/svg", "");
        assertFalse(body.contains("http://") || body.contains("https://") || body.contains("@import"));
        assertEquals(404, get("other").statusCode());
    }
}
