package dev.evenkeel.cli.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class LabFilesTest {
    private static final Map<String, String> MACHINE = Map.of("jdk", "25", "processors", "2", "os", "Linux <&>");

    private static Runs small() {
        return Made.runs(
                new Grid(
                        List.of(CounterKind.UNSYNCHRONISED, CounterKind.CAS_LOOP, CounterKind.STRIPED_PADDED),
                        List.of(8, 64),
                        List.of(ThreadKind.PLATFORM),
                        List.of(1, 8),
                        List.of(2)),
                Made::nanos);
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = LabFilesTest.class.getResourceAsStream("/golden/lab/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theCsvIsTheGoldenOne() throws IOException {
        StringBuilder csv = new StringBuilder(LabFiles.CSV_HEAD);
        small().all().forEach(run -> csv.append(LabFiles.csv(run)));

        assertEquals(golden("counters.csv"), csv.toString());
    }

    @Test
    void theSummaryIsTheGoldenOne() throws IOException {
        assertEquals(golden("counters-summary.csv"), LabFiles.summary(small()));
    }

    @Test
    void theJsonHoldsSchemaFindingsBestStripesHotFramesAndEveryRow() {
        Runs runs = small();
        Profile profile = new Profile(runs.cells().get(0), Map.of("a.A.run;b.B.add", 3L));

        String json = LabFiles.json(runs, new Findings(runs, 2), List.of(profile), MACHINE);

        assertTrue(json.startsWith("{\n  \"schema\": 1,"), json);
        assertTrue(json.contains("\"stripes\": 64,\n      \"enough\": 64"), json);
        assertTrue(json.contains("\"frame\": \"b.B.add\",\n      \"share\": 1"), json);
        assertEquals(runs.all().size(), json.split("\"lost_updates\"", -1).length - 1);
    }

    @Test
    void thePageIsWellFormedLoadsNothingAndShowsWhatItMust() throws Exception {
        Runs runs = Made.runs(Made.grid(), Made::nanos);
        Profile profile = new Profile(runs.cells().get(0), Map.of("a.A.run;b.B<init>.add", 3L));

        String html = new LabPage(
                        runs, new Findings(runs, 2), List.of(profile), MACHINE, "./evenkeel lab counters --kind both")
                .html();

        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(html.substring("<!DOCTYPE html>\n".length()))));
        assertFalse(
                html.contains("src=") || html.contains("http://") || html.contains("https://"), "it loads something");
        assertTrue(html.contains("prefers-color-scheme: dark"));
        for (CounterKind kind : CounterKind.values()) {
            assertTrue(html.contains("class=\"curve c-" + kind.id() + "\""), kind.id());
        }
        // Cost and rate for 3 processor settings and 2 kinds, a sweep per kind, losses and attempts per kind.
        assertEquals(2 * 3 * 2 + 2 + 2 * 2, html.split("class=\"plot curves\"", -1).length - 1);
        assertTrue(html.contains("best: 32 stripes on 2 processors"));
        assertTrue(html.contains("believed; the machine has 2"));
        assertTrue(html.contains("does not change the hardware"));
        assertTrue(html.contains("Hot frame: <b>B&lt;init&gt;.add</b>, 100\u00a0% of 3 samples."));
        assertTrue(html.contains("./evenkeel lab counters --kind both"));
    }

    @Test
    void whatATrialPrintsIsReadBackExactly() throws Exception {
        Cell cell = new Cell(CounterKind.UNSYNCHRONISED, 0, ThreadKind.PLATFORM, 2, 8);

        Run run = Fork.parse(
                cell,
                2,
                List.of(
                        "noise",
                        "@trial\toperations=1000\tvalue=990\tattempts=1000\tnanos=500\tcpu_nanos=990\tprocessors=2"));

        assertEquals(new Run(cell, 2, 1000, 990, 1000, 5e-7, 9.9e-7), run);
        assertEquals(10, run.lostUpdates());
        assertEquals(1, run.cpuNanosPerSuccess(), 1e-9);
    }

    @Test
    void profilesAddUpTheSameStack() throws Exception {
        Cell cell = new Cell(CounterKind.ATOMIC, 0, ThreadKind.PLATFORM, 2, 8);

        Profile profile = Fork.profile(
                cell,
                List.of(
                        "@stack\tcount=2\tframes=a.A.b;c.D.e",
                        "@stack\tcount=1\tframes=a.A.b;c.D.e",
                        "@trial\tprocessors=2"));

        assertEquals(Map.of("a.A.b;c.D.e", 3L), profile.stacks());
    }
}
