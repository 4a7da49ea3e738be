package dev.evenkeel.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Committed files are the generated ones, and every alert has its runbook. The tests run in the module's folder. */
class GeneratedFilesTest {

    private static final String HOW =
            " differs from what the catalogue makes. Write it anew, look at the difference and commit it:"
                    + " java -cp metrics-core/target/classes:dashboards/target/classes dev.evenkeel.dashboard.Dashboards dashboards";

    @Test
    void committedFilesAreTheGeneratedOnes() throws IOException {
        for (Map.Entry<String, String> file : Dashboards.files("").entrySet()) {
            Path committed = Path.of(file.getKey());

            assertTrue(Files.exists(committed), committed + HOW);
            assertEquals(file.getValue(), Files.readString(committed), committed + HOW);
        }
    }

    @Test
    void nothingElseLiesInTheGeneratedFolders() throws IOException {
        TreeSet<String> found = new TreeSet<>();
        for (String folder : List.of("grafana", "rules")) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                files.forEach(f -> found.add(folder + "/" + f.getFileName()));
            }
        }

        assertEquals(new TreeSet<>(Dashboards.files("").keySet()), found);
    }

    @Test
    void everyAlertHasARunbookThatStatesItsTermsAndNoRunbookIsLeftOver() throws IOException {
        TreeSet<String> expected = new TreeSet<>();
        for (AlertRule rule : AlertRules.all()) {
            expected.add(rule.name() + ".md");
            String text = Files.readString(Path.of("runbooks", rule.name() + ".md"));

            assertTrue(text.startsWith("# " + rule.name() + "\n"), rule.name());
            assertTrue(text.contains("Severity: " + rule.severity()), rule.name() + " does not state its severity");
            String minutes = rule.hold().replace("m", "") + " minutes";
            assertTrue(text.contains("for " + minutes), rule.name() + " does not state that it holds for " + minutes);
            for (String part : List.of("## Look", "## Act", "## When it is wrong")) {
                assertTrue(text.contains(part), rule.name() + " has no " + part);
            }
        }
        TreeSet<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("runbooks"))) {
            files.forEach(f -> found.add(f.getFileName().toString()));
        }
        assertEquals(expected, found);
    }

    @Test
    void runbooksNameTheThresholdsOfTheRules() throws IOException {
        for (Map.Entry<String, String> one : Map.of(
                        "EvenkeelHeapNearLimit", AlertRules.percent(AlertRules.HEAP_SHARE),
                        "EvenkeelFileDescriptorsNearLimit", AlertRules.percent(AlertRules.FD_SHARE),
                        "EvenkeelGcCpuHigh", AlertRules.percent(AlertRules.GC_SHARE),
                        "EvenkeelPoolSaturated", AlertRules.percent(AlertRules.QUEUE_SHARE))
                .entrySet()) {
            assertTrue(
                    Files.readString(Path.of("runbooks", one.getKey() + ".md")).contains(one.getValue()), one.getKey());
        }
    }

    @Test
    void runbookBaseLandsInRulesAndInTheirTests() {
        Map<String, String> files = Dashboards.files("https://git.example.org/x/blob/main/");

        String url = "https://git.example.org/x/blob/main/dashboards/runbooks/EvenkeelGcCpuHigh.md";
        assertTrue(files.get("rules/evenkeel-alerts.yml").contains(url));
        assertTrue(files.get("rules/evenkeel-alerts.test.yml").contains(url));
        assertEquals(
                "The runbook base \"https://git.example.org\" does not end in a slash, so links would point nowhere. Append one.",
                assertThrows(IllegalArgumentException.class, () -> Dashboards.files("https://git.example.org"))
                        .getMessage());
    }

    @Test
    void mainWritesWhatFilesReturns(@TempDir Path dir) throws IOException {
        Dashboards.main(new String[] {dir.toString()});

        for (Map.Entry<String, String> file : Dashboards.files("").entrySet()) {
            assertEquals(file.getValue(), Files.readString(dir.resolve(file.getKey())));
        }
    }
}
