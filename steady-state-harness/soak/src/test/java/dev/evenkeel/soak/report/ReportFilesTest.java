package dev.evenkeel.soak.report;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.Allocation;
import dev.evenkeel.soak.ResourceResult;
import dev.evenkeel.soak.RunResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.helpers.DefaultHandler;

class ReportFilesTest {

    /** With -Devenkeel.golden=write the files under src/test/resources/golden/report are made anew. */
    private static final boolean WRITE = "write".equals(System.getProperty("evenkeel.golden"));

    @TempDir
    Path dir;

    static Stream<String> runs() {
        return Fixtures.all().keySet().stream();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fail", "inconclusive", "pass"})
    void filesForMachinesAndForTheBuildAreAsRecorded(String name) throws IOException {
        ReportWriter.writeAll(Fixtures.all().get(name), dir);

        for (String file : List.of(ReportWriter.JSON, ReportWriter.SUMMARY, ReportWriter.JUNIT)) {
            String actual = Files.readString(dir.resolve(file));
            String golden = name + "-" + file;
            if (WRITE) {
                Files.writeString(Path.of("src/test/resources/golden/report").resolve(golden), actual);
                continue;
            }
            assertEquals(golden(golden), actual, golden);
        }
    }

    @Test
    void fixturesEndAsTheirNamesSay() {
        assertAll(
                () -> assertEquals(Verdict.PASS, worst(Fixtures.pass())),
                () -> assertEquals(Verdict.FAIL, worst(Fixtures.fail())),
                () -> assertEquals(Verdict.INCONCLUSIVE, worst(Fixtures.inconclusive())));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void pageAndTestCasesAreWellFormed(String name) throws Exception {
        RunResult run = Fixtures.all().get(name);

        assertDoesNotThrow(() -> parse(HtmlReport.of(run)), "report.html");
        assertDoesNotThrow(() -> parse(JunitXml.of(run)), "junit.xml");
    }

    @ParameterizedTest
    @MethodSource("runs")
    void pageLoadsNothingAndRunsNothingButItsOwnScript(String name) throws Exception {
        Document page = parse(HtmlReport.of(Fixtures.all().get(name)));

        List<String> wrong = new ArrayList<>();
        NodeList all = page.getElementsByTagName("*");
        int scripts = 0;
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            scripts += element.getTagName().equals("script") ? 1 : 0;
            if (List.of("img", "link", "iframe", "object", "embed", "base", "form")
                    .contains(element.getTagName())) {
                wrong.add("<" + element.getTagName() + ">");
            }
            NamedNodeMap attributes = element.getAttributes();
            for (int a = 0; a < attributes.getLength(); a++) {
                Node attribute = attributes.item(a);
                String key = attribute.getNodeName().toLowerCase(Locale.ROOT);
                boolean elsewhere = (key.equals("href") || key.equals("src") || key.endsWith(":href"))
                        && !attribute.getNodeValue().startsWith("#");
                boolean styled = key.equals("style") && attribute.getNodeValue().contains("url");
                if (elsewhere || styled || key.startsWith("on")) {
                    wrong.add(key + "=" + attribute.getNodeValue());
                }
            }
        }
        String css = page.getElementsByTagName("style").item(0).getTextContent();
        assertEquals(List.of(), wrong);
        assertEquals(1, scripts);
        assertFalse(css.contains("url(") || css.contains("@import"), "style sheet loads something");
        assertFalse(HtmlReport.of(Fixtures.pass()).contains("://"), "an address in a page without one in its data");
    }

    @Test
    void hostileTextStaysText() throws Exception {
        String html = HtmlReport.of(Fixtures.nasty());

        Document page = parse(html);
        String shown = page.getElementsByTagName("h1").item(0).getTextContent();
        assertTrue(shown.startsWith("</script><img src=x onerror=alert(1)> \"quoted\" & 'single' ]]> -->"), shown);
        assertTrue(shown.contains("日本語 🚢"), shown);
        assertFalse(html.contains("<img"), "a tag came through");
        assertFalse(html.contains("\u202e") || html.contains("\u0000"), "a control character came through");
        assertEquals(1, occurrences(html, "</script>"));
    }

    @Test
    void hostileTextBreaksNeitherTablesNorJson() {
        String summary = SummaryMarkdown.of(Fixtures.nasty());
        String json = VerdictJson.of(Fixtures.nasty());

        assertTrue(summary.lines().filter(l -> l.startsWith("| ")).allMatch(l -> l.endsWith("|")), summary);
        // In prose; inside the fence a command stays as it is.
        assertFalse(summary.replaceAll("(?s)```+\n.*?\n```+", "").contains("<img"), summary);
        assertTrue(json.contains("\\u003c/script>\\u003cimg src=x onerror=alert(1)> \\\"quoted\\\""), json);
        assertTrue(json.contains("\"per_hour\": null"), json);
        assertTrue(json.chars().noneMatch(c -> c < 0x20 && c != '\n'), "a raw control character");
    }

    @Test
    void aDayAtAReadingASecondStaysSmall() {
        long started = System.nanoTime();
        RunResult day = Fixtures.day();
        long made = System.nanoTime();

        int page = HtmlReport.of(day).getBytes(StandardCharsets.UTF_8).length;
        int json = VerdictJson.of(day).getBytes(StandardCharsets.UTF_8).length;
        System.out.printf(
                Locale.ROOT,
                "A day: %d kB page, %d kB JSON in %d ms (series and verdicts: %d ms)%n",
                page / 1000,
                json / 1000,
                (System.nanoTime() - made) / 1_000_000,
                (made - started) / 1_000_000);

        assertTrue(page < 500_000, page + " bytes");
        assertTrue(json < 50_000, json + " bytes");
    }

    @Test
    void sameBytesInAnyLocale() {
        Locale before = Locale.getDefault();
        String html = HtmlReport.of(Fixtures.fail());
        String json = VerdictJson.of(Fixtures.fail());
        String summary = SummaryMarkdown.of(Fixtures.fail());
        try {
            for (String tag : List.of("de-DE", "ar-EG-u-nu-arab", "tr-TR", "hi-IN-u-nu-deva")) {
                Locale.setDefault(Locale.forLanguageTag(tag));

                assertEquals(html, HtmlReport.of(Fixtures.fail()), tag);
                assertEquals(json, VerdictJson.of(Fixtures.fail()), tag);
                assertEquals(summary, SummaryMarkdown.of(Fixtures.fail()), tag);
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void runWithoutAnyReadingStillGivesAReport() throws Exception {
        RunResult pass = Fixtures.pass();
        double[] none = {};
        var q = new dev.evenkeel.soak.LoadSummary.Quantiles(0, 0, 0, 0, 0);
        var load = new dev.evenkeel.soak.LoadSummary(200, 0, 0, 0, 0, 0, 0, 0, q, q, Double.NaN, none, none, none);
        RunResult empty = new RunResult(
                RunResult.SCHEMA,
                Verdict.INVALID,
                "INVALID: the service never answered.",
                true,
                pass.startedAt(),
                0,
                0,
                "",
                pass.environment(),
                load,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Allocation.UNKNOWN);

        ReportWriter.writeAll(empty, dir.resolve("new").resolve("deeper"));

        Document page = parse(Files.readString(dir.resolve("new/deeper/report.html")));
        assertEquals(
                "The service never answered.",
                page.getElementsByTagName("h1").item(0).getTextContent());
        assertTrue(Files.readString(dir.resolve("new/deeper/junit.xml")).contains("errors=\"1\""));
    }

    @Test
    void directoryThatIsAFileIsNamed() throws IOException {
        Path file = Files.writeString(dir.resolve("taken"), "x");

        IOException error = assertThrows(IOException.class, () -> ReportWriter.writeAll(Fixtures.pass(), file));

        assertTrue(error.getMessage().contains(file.toString()), error.getMessage());
        assertTrue(error.getMessage().contains("--out DIR"), error.getMessage());
    }

    private static Verdict worst(RunResult run) {
        return run.resources().stream()
                .filter(ResourceResult::deciding)
                .map(r -> r.drift().verdict())
                .filter(v -> v != Verdict.PASS)
                .findFirst()
                .orElse(Verdict.PASS);
    }

    private static int occurrences(String text, String part) {
        return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = ReportFilesTest.class.getResourceAsStream("/golden/report/" + name)) {
            return in == null
                    ? "(no golden file; run once with -Devenkeel.golden=write and read what it wrote)"
                    : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static Document parse(String xml) throws Exception {
        var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        builder.setErrorHandler(new DefaultHandler());
        return builder.parse(new InputSource(new StringReader(xml)));
    }
}
