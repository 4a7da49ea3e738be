package dev.evenkeel.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
    private static final Path PAGE = Path.of("../../docs/benchmarks.md");

    @TempDir
    private Path folder;

    @Test
    void tooFewForksToBeCertainAreRefusedBeforeAnythingIsBuilt() {
        CommandLineRun run = CommandLineRun.of(
                "bench", "counters", "--compare", "HEAD", "--case", "two-label;over-limit", "--forks", "5");

        assertEquals(2, run.code());
        assertEquals(
                "evenkeel: Cannot be certain of 2 cases with 5 forks each: any order of so few is likely enough by chance."
                        + " Give --forks 6 or more, or choose fewer with --case. See evenkeel bench --help."
                        + System.lineSeparator(),
                run.err());
    }

    @Test
    void aPageIsNotMadeFromPartOfASuite() {
        assertEquals(
                2,
                CommandLineRun.of("bench", "counters", "--quick", "--markdown", "x.md")
                        .code());
        assertEquals(
                2,
                CommandLineRun.of("bench", "counters", "--case", "lookup", "--markdown", "x.md")
                        .code());
    }

    @Test
    void aFileWithoutRowsOfOursIsAUsageError() throws IOException {
        Path file = Files.writeString(folder.resolve("base.json"), "[]");

        CommandLineRun run = CommandLineRun.of("bench", "latency", "--compare", file.toString());

        assertEquals(2, run.code());
        assertTrue(run.err().contains("The file holds no rows of ours with their forks."), run::err);
    }

    @Test
    void aNumberIsTheRunningJdkOrWhatItsVariableNames() throws IOException {
        Path old = jdk("17.0.15");
        Path fresh = jdk("25.0.3");

        assertEquals(old, Jdk.named("17", old, Map.of()).home());
        assertEquals(
                fresh,
                Jdk.named("25", old, Map.of("JAVA25_HOME", fresh.toString())).home());
        assertEquals("25.0.3", Jdk.named(fresh.toString(), old, Map.of()).version());
        assertEquals(
                List.of("17.0.15", "25.0.3"),
                Jdk.defaults(old, Map.of("JAVA25_HOME", fresh.toString())).stream()
                        .map(Jdk::version)
                        .toList());
        assertEquals(
                1, Jdk.defaults(fresh, Map.of("JAVA25_HOME", fresh.toString())).size());
    }

    @Test
    void anUnknownJdkSaysWhichVariableToSet() throws IOException {
        Path old = jdk("17.0.15");

        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> Jdk.named("25", old, Map.of()));

        assertEquals(
                "No JDK 25 is known: this is 17.0.15 and JAVA25_HOME is not set. Set it to the home of one, or give that"
                        + " folder to --jdk.",
                error.getMessage());
    }

    @Test
    void thePageSaysHowToReadItInTheCommandsOwnWords() throws IOException {
        String page = Files.readString(PAGE);

        assertEquals(page, BenchMarkdown.replaced(page, "how to read", BenchMarkdown.HOW_TO_READ));
    }

    @Test
    void aSectionHasATableAndItsGoals() throws IOException {
        BenchCase weighed = BenchCase.weighing("bytes per labelled series", 1, List.of(), Goal.bytesPerSeries(100));
        BenchRow ours = row(weighed, BenchCase.Entry.ours("A"), 55.5);
        BenchRow peer = row(
                weighed,
                new BenchCase.Entry("client_java", BenchCase.Role.PEER, "B", BenchCase.Entry.OWN, List.of()),
                222);
        Path page = folder.resolve("benchmarks.md");

        BenchMarkdown.update(page, BenchSuite.COUNTERS, "./evenkeel bench counters", "2030-01-02", List.of(peer, ours));

        assertTrue(
                Files.readString(page)
                        .contains(
                                """
                                ### bytes per labelled series, JDK 17, threads 1

                                | | median B | low | high | ours / best peer |
                                |---|--:|--:|--:|--:|
                                | client_java | 222.00 | 222.00 | 222.00 |  |
                                | evenkeel | 55.50 | 55.50 | 55.50 | 0.25 |

                                | goal | reached | at most | |
                                |---|--:|--:|---|
                                | bytes held per series | 55.50 | 100.00 | met |
                                """),
                Files.readString(page));
    }

    private static BenchRow row(BenchCase benchCase, BenchCase.Entry entry, double value) {
        BenchRow row = new BenchRow(BenchSuite.COUNTERS, "17", 1, benchCase, entry);
        row.add(new JmhResult(List.of(value), List.of(), 0), 2);
        return row;
    }

    private Path jdk(String version) throws IOException {
        Path home = Files.createDirectories(folder.resolve(version));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}
