package dev.evenkeel.cli.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import dev.evenkeel.exporter.prometheus.audit.Audit;
import dev.evenkeel.exporter.prometheus.audit.AuditOptions;
import dev.evenkeel.exporter.prometheus.audit.Severity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditCommandTest {
    private static final String CLEAN = "# HELP q Jobs that wait.\n# TYPE q gauge\nq 1\n";
    private static final String SHOP = "src/test/resources/audit/shop.prom";

    @TempDir
    Path dir;

    @Test
    void theReportIsTheGoldenOne() throws IOException {
        CommandLineRun run = CommandLineRun.of("audit", SHOP);

        assertEquals(golden("shop.txt"), run.out());
        assertEquals("", run.err());
        assertEquals(3, run.code());
    }

    @Test
    void theJsonIsTheGoldenOneAndOutWritesBoth() throws IOException {
        Path json = dir.resolve("findings.json");

        CommandLineRun run = CommandLineRun.of(
                "audit",
                SHOP,
                "--quiet",
                "--json",
                json.toString(),
                "--out",
                dir.resolve("a/b").toString());

        assertEquals(golden("shop.json"), Files.readString(json));
        assertEquals(golden("shop.json"), Files.readString(dir.resolve("a/b/audit.json")));
        assertEquals(golden("shop.txt"), Files.readString(dir.resolve("a/b/audit.txt")));
        assertEquals("FAIL: 3 errors, 4 warnings, 1 info" + System.lineSeparator(), run.out());
    }

    @Test
    void aCleanPagePasses() throws IOException {
        CommandLineRun run = CommandLineRun.of("audit", page(CLEAN));

        assertEquals(0, run.code(), run::out);
        assertTrue(run.out().endsWith("PASS: 0 errors, 0 warnings, 0 info\n"), run::out);
    }

    @Test
    void anInfoAlonePasses() throws IOException {
        String summary = "# HELP q Jobs that wait.\n# TYPE q summary\nq{quantile=\"0.5\"} 1\nq_sum 1\nq_count 1\n";

        CommandLineRun run = CommandLineRun.of("audit", page(summary), "--quiet");

        assertEquals("PASS: 0 errors, 0 warnings, 1 info" + System.lineSeparator(), run.out());
        assertEquals(0, run.code());
    }

    @Test
    void belowTheLeastSeverityNothingIsShownOrCounted() throws IOException {
        CommandLineRun run =
                CommandLineRun.of("audit", page(CLEAN + "# TYPE p gauge\np 1\n"), "--min-severity", "error");

        assertFalse(run.out().contains("help-missing"), run::out);
        assertTrue(run.out().endsWith("PASS: 0 errors, 0 warnings, 0 info, 1 below --min-severity\n"), run::out);
        assertEquals(0, run.code());
    }

    @Test
    void whatIsAllowedIsCountedAndItsReasonShown() throws IOException {
        String page = page(CLEAN + "# TYPE pA gauge\npA 1\n# TYPE r gauge\nr{userName=\"x\"} 1\n");

        CommandLineRun run = CommandLineRun.of(
                "audit",
                page,
                "--allow",
                "name-case=p.*  # names of the old exporter",
                "--allow",
                "label-name=r\\{userName\\}",
                "--allow",
                "help-missing=p.",
                "--allow",
                "syntax");

        assertTrue(run.out().contains("allowed 1 x name-case=p.*: names of the old exporter\n"), run::out);
        assertTrue(run.out().contains("allowed 1 x label-name=r\\{userName\\}: no reason given\n"), run::out);
        assertTrue(run.out().contains("allowed 0 x syntax: no reason given\n"), run::out);
        assertTrue(run.out().contains("warning help-missing (1)\n"), "r is not covered: " + run.out());
        assertTrue(run.out().endsWith("FAIL: 0 errors, 1 warning, 0 info, 3 allowed\n"), run::out);
        assertEquals(3, run.code());
    }

    @Test
    void theLimitOfSeriesIsTheUsers() throws IOException {
        String page = page(CLEAN.replace("q 1\n", "q{a=\"x\"} 1\nq{a=\"y\"} 1\n"));

        assertEquals(0, CommandLineRun.of("audit", page, "--series-limit", "2").code());
        CommandLineRun run = CommandLineRun.of("audit", page, "--series-limit", "1");
        assertTrue(run.out().contains("seen: 2 label sets, the limit is 1;"), run::out);
        assertEquals(3, run.code());
    }

    @Test
    void pagesComeFromStandardInputToo() throws Exception {
        MetricsSource source = new MetricsSource(
                Duration.ofSeconds(1), 100, new ByteArrayInputStream(CLEAN.getBytes(StandardCharsets.UTF_8)));

        assertEquals(CLEAN, source.read("-"));
    }

    @Test
    void moreThanTenFindingsOfARuleAreANumber() throws IOException {
        StringBuilder page = new StringBuilder(CLEAN);
        for (int i = 0; i < 13; i++) {
            page.append("# TYPE p").append(i).append(" gauge\np").append(i).append(" 1\n");
        }

        CommandLineRun run = CommandLineRun.of("audit", page(page.toString()));

        assertTrue(run.out().contains("warning help-missing (13)\n"), run::out);
        assertTrue(run.out().contains("  p9 (line 23)\n"), run::out);
        assertFalse(run.out().contains("  p10 "), run::out);
        assertTrue(run.out().contains("  and 3 more; --json FILE has them all\n"), run::out);
    }

    @Test
    void linesKeepToTheWidthAndControlCharactersStayOut() throws IOException {
        String page = page("# HELP q Jobs that wait.\n# TYPE q gauge\nq{a=\"" + "word ".repeat(50) + "\u001b[31m\"} 1\n"
                + "q{a=\"b\"} one\u001b[31m two three\n");

        CommandLineRun run =
                CommandLineRun.of("audit", page, "--out", dir.resolve("o").toString());

        String text = Files.readString(dir.resolve("o/audit.txt"));
        assertTrue(text.contains("error syntax"), text);
        assertFalse(text.contains("\u001b"), text);
        assertEquals(
                0,
                text.lines()
                        .filter(line -> line.length() > 100 && !line.contains(dir.toString()))
                        .count(),
                text);
        assertEquals(3, run.code());
    }

    @Test
    void coloursAreForTerminalsOnly() throws IOException {
        AuditResult result = AuditResult.of("x", Audit.of("q 1\n", AuditOptions.readAt(0)), List.of(), Severity.INFO);

        assertTrue(new AuditText(100, true).of(result).contains("\u001b[1;33mwarning help-missing (1)\u001b[0m\n"));
        assertFalse(new AuditText(100, false).of(result).contains("\u001b"));
        assertEquals(72, AuditCommand.width("72"));
        assertEquals(100, AuditCommand.width(null));
        assertEquals(100, AuditCommand.width("wide"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "audit                              | What is to be audited? Give a URL, a file, - for standard input, or --self.",
                "audit --self x.prom                | --self audits this toolkit, and x.prom something else. Give one of them.",
                "audit x.prom y.prom                | Unmatched argument at index 2: 'y.prom'",
                "audit x.prom --allow nonsense      | --allow: there is no rule \"nonsense\". Choose one of: syntax, metadata,",
                "audit x.prom --allow syntax=(      | --allow: \"(\" is no regular expression: Unclosed group.",
                "audit x.prom --series-limit 0      | --series-limit takes a whole number from 1 up, not 0.",
                "audit x.prom --max-bytes 0         | --max-bytes takes a whole number from 1 up, not 0.",
                "audit x.prom --timeout 0           | --timeout takes a time above 0, as 500ms or 10s.",
                "audit x.prom --min-severity fatal  | expected one of",
            })
    void aWrongFlagIsOneSentenceAndExitCodeTwo(String arguments, String part) {
        CommandLineRun run = CommandLineRun.of(arguments.split(" "));

        assertEquals(2, run.code(), run::err);
        assertTrue(run.err().contains(part), run::err);
        assertTrue(run.err().startsWith("evenkeel: "), run::err);
        assertEquals(1, run.err().lines().count(), run::err);
    }

    @Test
    void withoutAPageThereIsNothingToJudge() throws IOException {
        CommandLineRun missing =
                CommandLineRun.of("audit", dir.resolve("no.prom").toString());
        CommandLineRun html = CommandLineRun.of("audit", page("<html></html>"));
        CommandLineRun large = CommandLineRun.of("audit", page(CLEAN), "--max-bytes", "10");
        CommandLineRun json = CommandLineRun.of(
                "audit", page(CLEAN), "--json", dir.resolve("no/f.json").toString());

        assertEquals(5, missing.code());
        assertTrue(
                missing.err().contains("There is no file " + dir.resolve("no.prom") + ". Give a file, a URL"),
                missing::err);
        assertEquals(5, html.code());
        assertTrue(html.err().contains("This is no Prometheus text: it begins with \"<\""), html::err);
        assertEquals(5, large.code());
        assertTrue(large.err().contains("is larger than --max-bytes (10)."), large::err);
        assertEquals(5, json.code());
        assertTrue(json.err().contains("for --json cannot be written (no such file or directory)."), json::err);
    }

    private String page(String text) throws IOException {
        return Files.writeString(dir.resolve("page.prom"), text).toString();
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = AuditCommandTest.class.getResourceAsStream("/audit/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
