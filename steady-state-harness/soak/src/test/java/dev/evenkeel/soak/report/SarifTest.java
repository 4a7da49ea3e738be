package dev.evenkeel.soak.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.soak.Culprit;
import dev.evenkeel.soak.ResourceNames;
import dev.evenkeel.soak.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the standard's schema requires, and what the pages that show findings beside the code ask for beyond it. */
class SarifTest {
    @TempDir
    Path dir;

    private JsonNode written(List<Culprit> culprits) throws IOException {
        RunResult fail = Fixtures.all().get("fail");
        RunResult run = new RunResult(
                fail.schema(),
                fail.verdict(),
                fail.headline(),
                fail.cutShort(),
                fail.startedAt(),
                fail.warmupSeconds(),
                fail.durationSeconds(),
                fail.command(),
                fail.environment(),
                fail.load(),
                fail.resources(),
                fail.marks(),
                culprits,
                fail.notes(),
                fail.allocation());
        ReportWriter.writeAll(run, dir);
        return new ObjectMapper().readTree(Files.readString(dir.resolve(ReportWriter.SARIF)));
    }

    private static Culprit at(String line) {
        return new Culprit(ResourceNames.OPEN_FDS, "poller-*", "+10 in 2 min, now 12", 300, 0.9, line);
    }

    @Test
    void aCulpritWithALineIsAResultAtThatLine() throws IOException {
        JsonNode sarif = written(List.of(
                at("com.shop.Poller$1.lambda$run$0(Poller.java:31)"),
                at(""),
                at("com.shop.Poller.run(Native Method)"),
                at("Main.<init>(Main.java:7)")));

        assertEquals("2.1.0", sarif.path("version").textValue());
        assertTrue(sarif.path("$schema").textValue().endsWith("sarif-schema-2.1.0.json"));
        assertEquals(1, sarif.path("runs").size());
        JsonNode run = sarif.path("runs").path(0);
        assertEquals("Evenkeel", run.path("tool").path("driver").path("name").textValue());
        JsonNode results = run.path("results");
        assertEquals(2, results.size(), "a result without a line has no place beside the code");
        JsonNode first = results.path(0);
        assertEquals("drift/open-fds", first.path("ruleId").textValue());
        assertEquals("error", first.path("level").textValue());
        assertEquals(
                "poller-* grows with open file descriptors: +10 in 2 min, now 12.",
                first.path("message").path("text").textValue());
        JsonNode place = first.path("locations").path(0).path("physicalLocation");
        assertEquals(
                "com/shop/Poller.java",
                place.path("artifactLocation").path("uri").textValue());
        assertEquals(31, place.path("region").path("startLine").intValue());
        assertEquals(
                "com.shop.Poller$1.lambda$run$0",
                first.path("locations")
                        .path(0)
                        .path("logicalLocations")
                        .path(0)
                        .path("fullyQualifiedName")
                        .textValue());
        assertEquals(
                "Main.java",
                results.path(1)
                        .path("locations")
                        .path(0)
                        .path("physicalLocation")
                        .path("artifactLocation")
                        .path("uri")
                        .textValue());
    }

    @Test
    void everyRuleOfAResultIsDescribed() throws IOException {
        JsonNode run = written(List.of(at("com.shop.Poller.run(Poller.java:31)")))
                .path("runs")
                .path(0);

        List<String> described = run.path("tool").path("driver").path("rules").findValuesAsText("id");
        assertTrue(described.contains(run.path("results").path(0).path("ruleId").textValue()), described::toString);
        run.path("tool")
                .path("driver")
                .path("rules")
                .forEach(rule -> assertTrue(
                        rule.path("shortDescription").path("text").textValue().endsWith("under steady load.")));
    }

    @Test
    void aRunWithoutSuchACulpritHasAFileWithoutResults() throws IOException {
        JsonNode results = written(List.of()).path("runs").path(0).path("results");

        assertTrue(results.isArray());
        assertEquals(0, results.size());
    }
}
