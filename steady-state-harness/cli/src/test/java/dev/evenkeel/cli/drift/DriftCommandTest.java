package dev.evenkeel.cli.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private Path file(String name, double perHour) throws IOException {
        Random random = new Random(7);
        StringBuilder csv = new StringBuilder("elapsed_s,value,requests\n");
        for (int i = 0; i < 240; i++) {
            double load = 50 + 10 * Math.sin(i / 40.0);
            csv.append(String.format(
                    Locale.ROOT,
                    "%d,%.4f,%.3f%n",
                    i * 15,
                    100 + perHour * i / 240 + load + random.nextGaussian(),
                    load));
        }
        return Files.writeString(folder.resolve(name), csv);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, PASS", "60, 3, FAIL", "10, 4, INCONCLUSIVE"})
    void verdictIsTheExitCode(double perHour, int code, String verdict) throws IOException {
        Path csv = file("run.csv", perHour);
        Path json = folder.resolve("verdict.json");

        CommandLineRun run = CommandLineRun.of(
                "drift",
                "--csv",
                csv.toString(),
                "--column",
                "value",
                "--load",
                "requests",
                "--budget-per-hour",
                "10",
                "--json",
                json.toString());

        assertEquals(code, run.code(), () -> run.out() + run.err());
        assertTrue(run.out().startsWith("value: " + verdict + ". "), run::out);
        String written = Files.readString(json);
        assertTrue(
                written.contains("\"verdict\": \"" + verdict + "\"") && written.contains("\"budget_per_hour\": 10"),
                written);
    }

    @Test
    void corpusGetsAVerdictAFile() throws IOException {
        file("a.csv", 0);
        file("b.csv", 80);
        Files.writeString(folder.resolve("labels.csv"), "file,family,budget_per_hour\na.csv,x,50\nb.csv,y,10\n");
        Path out = folder.resolve("verdicts.csv");

        CommandLineRun run = CommandLineRun.of("drift", "--corpus", folder.toString(), "--out", out.toString());

        assertEquals(0, run.code(), run::err);
        assertEquals("file,verdict\na.csv,PASS\nb.csv,FAIL\n", Files.readString(out));
    }

    @Test
    void badFileOfACorpusIsInvalidAndTheOthersAreJudged() throws IOException {
        file("a.csv", 0);
        Files.writeString(folder.resolve("b.csv"), "elapsed_s,value\n1,2\n1,3\n");
        file("d.csv", 0);
        Files.writeString(
                folder.resolve("labels.csv"),
                "\uFEFFfile,family,budget_per_hour\r\na.csv,x,50\r\nb.csv,x,1\r\n\r\nc.csv,x,1\r\nd.csv,x,\r\n");
        Path out = folder.resolve("verdicts.csv");

        CommandLineRun run = CommandLineRun.of("drift", "--corpus", folder.toString(), "--out", out.toString());

        assertEquals(5, run.code(), run::err);
        assertEquals("file,verdict\na.csv,PASS\nb.csv,INVALID\nc.csv,INVALID\nd.csv,INVALID\n", Files.readString(out));
        assertTrue(run.err().contains("3 of 4 series cannot be judged"), run::err);
        assertTrue(run.err().contains("a repeated time makes the slope meaningless"), run::err);
    }

    /** Blank lines, carriage returns, a byte order mark, quotes, gaps of every spelling, huge values, a constant. */
    @ParameterizedTest
    @CsvSource({"1e300, 1e294", "1e-300, 1e-306", "-4000000000000, 1000", "0, 1"})
    void oddButReadableFileIsJudged(double level, double budget) throws IOException {
        Random random = new Random(11);
        String[] gaps = {"", "NaN", "null", "NA", "inf", "-Infinity", "\"\""};
        StringBuilder csv = new StringBuilder("\uFEFF\"elapsed_s\" , \"value\"\r\n\r\n");
        for (int i = 0; i < 240; i++) {
            double value = level + 0.1 * budget * random.nextGaussian();
            csv.append('"').append(i * 15).append("\", ");
            csv.append(i % 30 == 7 ? gaps[i / 30 % gaps.length] : Double.toString(level == 0 ? 3 : value));
            csv.append(i % 50 == 0 ? "\r\n  \r\n" : "\r\n");
        }
        Path file = Files.writeString(folder.resolve("odd.csv"), csv);

        CommandLineRun run =
                CommandLineRun.of("drift", "--csv", file.toString(), "--budget-per-hour", Double.toString(budget));

        assertEquals(0, run.code(), () -> run.out() + run.err());
        assertTrue(run.out().startsWith("value: PASS. "), run::out);
    }

    @Test
    void severalColumnsWithoutAChoiceIsAUsageErrorThatNamesThem() throws IOException {
        CommandLineRun run =
                CommandLineRun.of("drift", "--csv", file("run.csv", 0).toString(), "--budget-per-hour", "10");

        assertEquals(2, run.code());
        assertTrue(run.err().contains("Give --column with one of: value, requests."), run::err);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "elapsed_s,value\\n0,1\\n0,2\\n | a repeated time makes the slope meaningless",
                "elapsed_s,value\\n5,1\\n4,2\\n | a backward time makes the slope meaningless",
                "elapsed_s,value\\n0,many\\n | holds \"many\", which is no number",
                "elapsed_s,value\\n0,1,2\\n | line 2 has 3 cells, the header has 2",
                "value\\n1\\n | has one column",
                "elapsed_s;value\\n0;1,5\\n | separated by semicolons or tabs",
                "elapsed_s,value\\n0,5,1,5\\n | a number has a point, not a comma",
                "0,1.5\\n1,1.6\\n | begins with the numbers 0,1.5",
                "elapsed_s,value,value\\n0,1,2\\n | has two columns of one name",
                "elapsed_s,value\\nNaN,1\\n | a reading without a time has no place",
                "elapsed_s,value\\n2026-01-01T00:00:00Z,1\\n | time since the start of the run in seconds",
                "'' | is empty"
            })
    void badFileIsUnfitAndSaysWhy(String csv, String why) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.csv"), csv.replace("\\n", "\n"));

        CommandLineRun run = CommandLineRun.of("drift", "--csv", file.toString(), "--budget-per-hour", "1");

        assertEquals(5, run.code());
        assertTrue(run.err().contains(why), run::err);
    }

    @Test
    void missingFileBudgetOrTargetIsSaid() throws IOException {
        assertEquals(
                5,
                CommandLineRun.of("drift", "--csv", "none.csv", "--budget-per-hour", "1")
                        .code());
        assertEquals(
                2,
                CommandLineRun.of("drift", "--csv", file("run.csv", 0).toString())
                        .code());
        assertEquals(2, CommandLineRun.of("drift").code());
        assertEquals(
                2,
                CommandLineRun.of(
                                "drift",
                                "--csv",
                                file("run.csv", 0).toString(),
                                "--column",
                                "value",
                                "--budget-per-hour",
                                "0")
                        .code());
    }

    @Test
    void twentyNineReadingsAreInconclusive() throws IOException {
        StringBuilder csv = new StringBuilder("elapsed_s,value\n");
        for (int i = 0; i < 29; i++) {
            csv.append(i).append(',').append(i % 3).append('\n');
        }
        Path file = Files.writeString(folder.resolve("short.csv"), csv);

        CommandLineRun run = CommandLineRun.of("drift", "--csv", file.toString(), "--budget-per-hour", "1");

        assertEquals(4, run.code());
        assertTrue(run.out().contains("29 readings are too few to judge"), run::out);
    }
}
