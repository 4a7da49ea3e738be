package dev.evenkeel.cli.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real command with real child JVMs, as small as it goes. */
class CountersIT {
    @TempDir
    Path dir;

    @Test
    void aTinyRunCountsExactlyWritesEveryFileAndNamesAHotFrame() throws Exception {
        Path out = dir.resolve("out");

        CommandLineRun run = CommandLineRun.of(
                "lab",
                "counters",
                "--counters",
                "unsynchronised,striped-padded,evenkeel",
                "--threads",
                "2",
                "--kind",
                "platform",
                "--processors",
                "2",
                "--stripes",
                "8,16",
                "--operations",
                "50000",
                "--profile",
                "--out",
                out.toString(),
                "--json",
                dir.resolve("lab.json").toString());

        assertEquals(0, run.code(), run.err());
        List<String> lines = Files.readAllLines(out.resolve("counters.csv"));
        assertEquals(LabFiles.CSV_HEAD.strip(), lines.get(0));
        assertEquals(1 + 3 * 4, lines.size());
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",", -1);
            assertEquals("100000", fields[7], line);
            assertTrue(Long.parseLong(fields[12]) >= 100_000, line);
            long lost = Long.parseLong(fields[13]);
            assertTrue(fields[1].equals("unsynchronised") ? lost >= 0 && lost < 100_000 : lost == 0, line);
        }
        assertEquals(
                1 + 4, Files.readAllLines(out.resolve("counters-summary.csv")).size());
        assertEquals(Files.readString(out.resolve("counters.json")), Files.readString(dir.resolve("lab.json")));
        assertTrue(Files.readString(out.resolve("counters.html")).contains("Hot frame: "));
        assertTrue(run.out().contains("Best stripe count for 2 platform threads"), run.out());
        assertTrue(run.out().contains("hot frame "), run.out());
    }
}
