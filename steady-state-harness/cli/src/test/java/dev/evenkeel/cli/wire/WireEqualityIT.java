package dev.evenkeel.cli.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.prometheus.TextFormat;
import dev.evenkeel.metrics.MetricRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All wires hold the same series with the same numbers. Each collects by itself, from a registry that nobody records to and whose
 * clocks stand still: only what the registry measures of collects differs between them.
 */
class WireEqualityIT {
    private static final Path DOCUMENT = Path.of("../../docs/wires.md");

    private final List<Wire> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (Wire wire : open) {
            wire.close();
        }
    }

    private Map<String, Wire> wires(MetricRegistry registry) throws Exception {
        Map<String, Wire> all = new LinkedHashMap<>();
        all.put("json", new JsonWire(registry)); // first: its listener has metrics of its own
        all.put("text", new TextWire(registry, TextFormat.PROMETHEUS));
        all.put("openmetrics", new TextWire(registry, TextFormat.OPEN_METRICS));
        all.put("protobuf", new ProtobufWire(registry));
        all.put("otlp", new OtlpWire(registry));
        all.put("jmx", new JmxWire(registry));
        all.put("micrometer", new MicrometerWire(registry));
        open.addAll(all.values());
        return all;
    }

    private int assertAllEqual(WireFixture fixture, String what) throws Exception {
        Map<String, Wire> wires = wires(fixture.registry);
        int numbers = 0;
        for (Map.Entry<String, Wire> wire : wires.entrySet()) {
            Map<Sample, Object> expected = wire.getValue().expected(Reference.of(fixture.registry));
            Map<Sample, Object> actual = wire.getValue().read();
            assertEquals(
                    "",
                    String.join("\n", Sample.differences(expected, actual)),
                    () -> wire.getKey() + " differs from the registry, " + what);
            numbers += actual.size();
        }
        return numbers;
    }

    @Test
    void everyWireHoldsTheSameSeriesAndNumbers() throws Exception {
        try (WireFixture fixture = WireFixture.nasty().withOtherLibraries()) {
            int numbers = assertAllEqual(fixture, "one of everything");

            Set<String> families = Reference.of(fixture.registry).entries.stream()
                    .map(entry -> entry.family().name())
                    .collect(Collectors.toSet());
            assertTrue(families.containsAll(WireFixture.FOREIGN), families.toString());

            assertTrue(numbers > 2000, numbers + " numbers compared");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765, 10946})
    void everyWireHoldsTheSameOfRandomRegistries(long seed) throws Exception {
        try (WireFixture fixture = WireFixture.random(seed)) {
            assertAllEqual(fixture, "seed " + seed);
        }
    }

    /** Classic buckets lie within their stated error of what was recorded; that all wires have the same is asserted above. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3, 4, 5, 6, 7, 8, 9, 10})
    void bucketsAreWithinTheStatedError(long seed) throws Exception {
        int bounds = 0;
        int exact = 0;
        try (WireFixture fixture = seed == 0 ? WireFixture.nasty() : WireFixture.random(seed)) {
            for (Reference.Entry entry : Reference.of(fixture.registry).entries) {
                if (!(entry.value() instanceof Reference.Counted counted)
                        || counted.digits() == Reference.Counted.UNKNOWN_DIGITS
                        || entry.family().name().startsWith("evenkeel.")) {
                    continue;
                }
                double scale = entry.family().scale();
                List<Long> values = fixture.recorded.getOrDefault(entry.family().name() + entry.labels(), List.of());
                double width = counted.digits() == 1 ? 0x1p-4 : counted.digits() == 2 ? 0x1p-7 : 0x1p-10;
                assertEquals(values.size(), counted.count(), entry.toString());
                for (int i = 0; i < counted.bounds().length; i++) {
                    double bound = counted.bounds()[i];
                    long least = below(values, scale, bound);
                    long most = below(values, scale, bound * (1 + width));
                    long shown = counted.atOrBelow()[i];
                    assertTrue(
                            least <= shown && shown <= most,
                            () -> entry + " at or below " + bound + ": " + least + " <= " + shown + " <= " + most);
                    bounds++;
                    exact += least == shown ? 1 : 0;
                }
            }
        }
        assertTrue(bounds > 0 && exact > bounds / 2, exact + " of " + bounds + " bounds are exact");
    }

    private static long below(List<Long> values, double scale, double bound) {
        return values.stream()
                .filter(value -> value * scale <= bound * (1 + 1e-12)) // 0.0025 s is 2 500 000 ns
                .count();
    }

    @Test
    void whatAWireCannotCarryIsInTheDocument() throws Exception {
        try (WireFixture fixture = WireFixture.nasty()) {
            assertAllEqual(fixture, "one of everything");
            Loss.SURROGATES.happened(); // asserted next
            assertEquals(
                    2,
                    Reference.of(fixture.registry).entries.stream()
                            .filter(entry -> entry.labels().toString().contains("\uFFFD"))
                            .count());
        }

        TreeSet<String> documented = Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\|")
                .matcher(Files.readString(DOCUMENT))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(rows(List.copyOf(Loss.happenedSoFar())), documented, "losses that happened and rows of wires.md");
        assertEquals(rows(Arrays.asList(Loss.values())), documented);
    }

    private static TreeSet<String> rows(List<Loss> losses) {
        return losses.stream().map(loss -> loss.row).collect(Collectors.toCollection(TreeSet::new));
    }
}
