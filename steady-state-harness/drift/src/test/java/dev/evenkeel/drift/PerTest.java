package dev.evenkeel.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.DriftAnalysis.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerTest {
    private static final Per MILLION = new Per("million operations", 1e6);
    private static final int READINGS = 360;

    private final double[] seconds = new double[READINGS];
    private final double[] operations = new double[READINGS];
    private final double[] readings = new double[READINGS];
    private final Random random = new Random(3);

    /** Ten hours of a load that comes and goes, and a resource that follows what was done. */
    private void run(double perMillion) {
        double done = 0;
        for (int i = 0; i < READINGS; i++) {
            seconds[i] = 100.0 * i;
            done += 20_000 * (1 + Math.sin(i / 30.0)) + 100;
            operations[i] = done;
            readings[i] = 500 + perMillion * done / 1e6 + 2 * random.nextGaussian();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, PASS", "20, FAIL", "5, INCONCLUSIVE"})
    void growthPerOperationIsJudgedByWhatWasDone(double perMillion, Verdict expected) {
        run(perMillion);

        DriftResult result = DriftAnalysis.per(
                MILLION,
                TimeSeries.of(seconds, readings),
                TimeSeries.of(seconds, operations),
                new Budget(5, ""),
                List.of(),
                Options.defaults());

        assertEquals(expected, result.verdict(), result::toString);
        assertTrue(result.lowerPerHour() <= perMillion && perMillion <= result.upperPerHour(), result::toString);
        assertTrue(result.reason().contains("per million operations"), result::reason);
    }

    /** Half of the run idle: by the hour the growth has a bend in it, by the operation it is one line. */
    @Test
    void aCountThatStandsStillAddsNoReadings() {
        run(20);
        for (int i = READINGS / 2; i < READINGS; i++) {
            operations[i] = operations[READINGS / 2 - 1];
            readings[i] = readings[READINGS / 2 - 1] + random.nextGaussian();
        }

        DriftResult result = DriftAnalysis.per(
                MILLION,
                TimeSeries.of(seconds, readings),
                TimeSeries.of(seconds, operations),
                new Budget(5, ""),
                List.of(),
                Options.defaults());

        assertEquals(Verdict.FAIL, result.verdict(), result::toString);
        assertEquals(READINGS / 2, result.samples());
        assertEquals(20, result.slopePerHour(), 1, result::toString);
    }

    @ParameterizedTest
    @CsvSource({"0, PASS", "3, FAIL"})
    void growthPerFaultIsJudgedByTheLevelAfterEach(double perFault, Verdict expected) {
        List<Mark> faults = new ArrayList<>();
        for (double at = 300; at < 35_000; at += 300 + 1_000 * random.nextDouble()) {
            faults.add(new Mark(at, at + 60, Mark.Kind.FAULT, "slow upstream"));
        }
        double[] every = new double[3_600];
        double[] values = new double[every.length];
        for (int i = 0; i < every.length; i++) {
            double second = 10.0 * i;
            long begun = faults.stream().filter(f -> f.fromSecond() <= second).count();
            boolean during = faults.stream().anyMatch(f -> f.covers(second));
            every[i] = second;
            values[i] = 100 + perFault * begun + (during ? 80 : 0) + random.nextGaussian();
        }

        DriftResult result =
                DriftAnalysis.perFault(TimeSeries.of(every, values), new Budget(0.5, ""), faults, Options.defaults());

        assertEquals(expected, result.verdict(), result::toString);
        assertEquals(perFault, result.slopePerHour(), 0.2, result::toString);
        assertEquals(faults.size() + 1, result.samples());
        assertTrue(result.reason().contains("per fault"), result::reason);
    }

    @Test
    void aFallingCounterIsRefusedWithTheMoment() {
        run(0);
        operations[200] = 7;

        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> DriftAnalysis.per(
                        MILLION,
                        TimeSeries.of(seconds, readings),
                        TimeSeries.of(seconds, operations),
                        new Budget(5, ""),
                        List.of(),
                        Options.defaults()));

        assertTrue(refused.getMessage().contains("to 7 at second 20000"), refused::getMessage);
    }

    @Test
    void whatIsKnownByTheClockIsRefused() {
        run(0);
        TimeSeries series = TimeSeries.of(seconds, readings);

        assertThrows(
                IllegalArgumentException.class,
                () -> DriftAnalysis.per(
                        MILLION,
                        series,
                        TimeSeries.of(seconds, operations),
                        new Budget(5, ""),
                        List.of(),
                        Options.defaults().withLoad(series)));
    }

    @Test
    void aStepOnTheClockOfACountIsPlacedByTheCount() {
        run(0);
        for (int i = READINGS / 2; i < READINGS; i++) {
            readings[i] += 100;
        }

        DriftResult result = DriftAnalysis.per(
                MILLION,
                TimeSeries.of(seconds, readings),
                TimeSeries.of(seconds, operations),
                new Budget(50, ""),
                List.of(),
                Options.defaults());

        assertTrue(result.model().matches(".*a step of \\+\\d+ at 3[5-8]\\d{5}( .*)?"), result::model);
    }

    @Test
    void aUnitWithoutANameOrANumberIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Per(" ", 1));
        assertThrows(IllegalArgumentException.class, () -> new Per("fault", 0));
        assertThrows(IllegalArgumentException.class, () -> new Per("fault", Double.NaN));
    }
}
