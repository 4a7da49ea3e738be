package dev.evenkeel.exporter.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.micrometer.example.MicrometerService;
import dev.evenkeel.metrics.MetricRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what compiles, and does what it says. */
class ReadmeTest {
    private static final Pattern EXAMPLE =
            Pattern.compile("// README: (?!end)\\w+\n(.*?)\\s*// README: end", Pattern.DOTALL);

    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    /** The module's folder, from where Maven runs tests and from the root. */
    private static Path module() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("src/examples")) ? here : here.resolve("metrics-exporters/micrometer");
    }

    @Test
    void theReadmeShowsTheExamples() throws Exception {
        String source = Files.readString(
                module().resolve("src/examples/java/dev/evenkeel/exporter/micrometer/example/MicrometerService.java"));
        List<String> examples = new ArrayList<>();
        Matcher example = EXAMPLE.matcher(source);
        while (example.find()) {
            examples.add(example.group(1).stripIndent().strip());
        }
        List<String> blocks = new ArrayList<>();
        Matcher block = JAVA_BLOCK.matcher(Files.readString(module().resolve("README.md")));
        while (block.find()) {
            blocks.add(block.group(1).strip());
        }
        assertEquals(examples, blocks);
    }

    @Test
    void theExamplesWork() {
        MetricRegistry core = MicrometerService.meters();
        assertEquals(
                2.5, core.snapshot().find("shop.sold", "book").orElseThrow().value());
        assertTrue(MicrometerService.binder(core).find("shop.calls").functionTimer() != null);
    }
}
