package dev.evenkeel.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import dev.evenkeel.soak.BudgetRule;
import dev.evenkeel.soak.FaultPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanFileTest {
    @TempDir
    Path dir;

    private static PlanFile plan(String text) {
        return PlanFile.parse(Path.of("plan.yaml"), text);
    }

    @Test
    void everythingThatAPlanMaySayIsRead() {
        PlanFile plan = plan(
                """
                schema: 1
                target:
                  command: java -jar app.jar
                  metrics: http://127.0.0.1:9464/metrics
                load:
                  url: http://127.0.0.1:8080
                  requests:
                    - GET /a
                    - 'POST /b {"x": 1}'
                warmup: 30s
                phases:
                  - {name: low, for: 5m, rate: 100}
                  - {name: high, for: 5m, rate: 300 / s}
                faults:
                  every: 1m
                  for: 10s
                  kinds: [slow 250ms, errors 20%, pause]
                restarts: [4m, 8m]
                sampling: 2s
                early_stop: true
                budgets:
                  open_fds: 2 per hour
                  heap_live: 1.5 MiB per hour
                  rss: 8 B per operation
                  threads: 100 per million operations
                """);

        assertEquals("java -jar app.jar", plan.target.get("command"));
        assertEquals(List.of("GET /a", "POST /b {\"x\": 1}"), plan.requests);
        assertEquals(true, plan.earlyStop.orElseThrow());
        assertEquals(Duration.ofSeconds(30), plan.warmup.orElseThrow());
        assertEquals(300, plan.phases.get(1).ratePerSecond());
        FaultPlan faults = plan.faults.orElseThrow();
        assertEquals(
                List.of("upstream slower by 250 ms", "upstream fails 20 %", "service paused"),
                faults.faults().stream().map(FaultPlan.Fault::words).toList());
        assertEquals(Duration.ofSeconds(10), faults.lasts());
        assertEquals(List.of(Duration.ofMinutes(4), Duration.ofMinutes(8)), plan.restarts);
        assertEquals(new BudgetRule(1.5 * (1 << 20), BudgetRule.Per.HOUR), plan.budgets.get("heap_live"));
        assertEquals(new BudgetRule(8e6, BudgetRule.Per.MILLION_OPERATIONS), plan.budgets.get("rss"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "sampling: 5                        | plan.yaml, line 2: sampling is \"5\": a time needs its unit. Write 90s, 2m, 1h30m or 7d.",
                "duraton: 5m                        | plan.yaml, line 2: the plan knows no \"duraton\". Choose one of schema, target,",
                "duration: [1, 2]                   | plan.yaml, line 2: this: one value is wanted here",
                "budgets: {open_fds: 2 MiB per hour}| plan.yaml, line 2: open_fds is \"2 MiB per hour\": it is counted in plain numbers, without a unit, not in \"MiB\". Write 2 per hour",
                "budgets: {heap_live: 5 per hour}   | plan.yaml, line 2: heap_live is \"5 per hour\": it is counted in bytes, not in \"\". Write 5 MiB per hour",
                "budgets: {heap_live: 5 MiB}        | a budget is an amount, its unit, and per what. Write 5 MiB per hour",
                "budgets: {heap_live: 5 MiB per day}| \"per day\" is not known. Write 5 MiB per hour",
                "budgets: {heap_live: 0 MiB per hour}| line 2: heap_live: A budget of 0.0 per hour can be met by no run",
                "budgets: {heap: 5 MiB per hour}    | budgets knows no \"heap\". Choose one of cgroup_memory,",
                "faults: {every: 1m, kinds: [bomb]} | line 2: kinds is \"bomb\": there is no such fault. Write slow 250ms, errors 20%, or pause.",
                "faults: {every: 1m, for: 50s}      | line 2: faults: Faults every 60.0 s leave no steady time between them",
                "faults: {every: 1m, begin: ./on}   | A fault by command needs two",
                "load: {rate: 200 MB}               | line 2: rate is \"200 MB\": that is no rate in requests per second.",
                "phases: [{name: x, for: 5m}]       | line 2: phases: a phase needs both for and rate.",
                "phases: [{for: 5m, rate: -3}]      | that is no rate in requests per second",
                "schema: 7                          | line 2: schema is \"7\": this release reads schema 1.",
                "duration: 'open                    | this is no YAML: found unexpected end of stream",
            })
    void eachMistakeIsNamedWithLineValueAndFix(String line, String part) throws IOException {
        Path file = Files.writeString(dir.resolve("plan.yaml"), "# a plan\n" + line + "\n");

        CommandLineRun run = CommandLineRun.of(
                "soak", "--plan", file.toString(), "--out", dir.resolve("out").toString());

        assertEquals(2, run.code(), run::err);
        assertTrue(run.err().contains(part), run::err);
        assertTrue(Files.notExists(dir.resolve("out")), "nothing is made for a run that does not start");
    }

    @Test
    void anEmptyPlanAndALengthSaidTwiceAreRefused() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> plan(""))
                .getMessage()
                .contains("is empty"));
        assertTrue(
                assertThrows(IllegalArgumentException.class, () -> plan("duration: 5m\nphases: [{for: 5m, rate: 3}]\n"))
                        .getMessage()
                        .contains("Leave one out"));
    }

    @Test
    void aPlanThatIsNotThereIsUnfit() {
        CommandLineRun run =
                CommandLineRun.of("soak", "--plan", dir.resolve("none.yaml").toString());

        assertEquals(5, run.code(), run::err);
        assertTrue(run.err().contains("cannot be read"), run::err);
    }
}
