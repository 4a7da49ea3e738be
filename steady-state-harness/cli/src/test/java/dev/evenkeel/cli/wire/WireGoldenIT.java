package dev.evenkeel.cli.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.prometheus.TextFormat;
import dev.evenkeel.metrics.MetricRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What each wire makes of one of everything, as files to look at. Written anew where the system property {@code
 * evenkeel.golden.write} is true.
 */
class WireGoldenIT {
    private static final Path FOLDER = Path.of("src/test/resources/golden/wires");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prometheus.txt",
                "openmetrics.txt",
                "protobuf.txt",
                "otlp.txt",
                "jmx.txt",
                "debug-vars.json",
                "micrometer.txt"
            })
    void theWireWritesTheGoldenFile(String file) throws Exception {
        try (WireFixture fixture = WireFixture.nasty();
                Wire wire = wire(file, fixture.registry)) {
            String listing = wire.listing();
            Path golden = FOLDER.resolve(file);
            if (Boolean.getBoolean("evenkeel.golden.write")) {
                Files.createDirectories(FOLDER);
                Files.writeString(golden, listing);
            }

            assertTrue(listing.contains("0123456789".repeat(1024)), "the label of 10 KB");
            assertEquals(Files.readString(golden), listing);
        }
    }

    private static Wire wire(String file, MetricRegistry registry) throws Exception {
        return switch (file) {
            case "prometheus.txt" -> new TextWire(registry, TextFormat.PROMETHEUS);
            case "openmetrics.txt" -> new TextWire(registry, TextFormat.OPEN_METRICS);
            case "protobuf.txt" -> new ProtobufWire(registry);
            case "otlp.txt" -> new OtlpWire(registry);
            case "jmx.txt" -> new JmxWire(registry);
            case "debug-vars.json" -> new JsonWire(registry);
            case "micrometer.txt" -> new MicrometerWire(registry);
            default -> throw new IllegalArgumentException(file);
        };
    }
}
