package dev.evenkeel.exporter.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents show is what compiles, and every metric and limit of an exporter is in them. */
class DocumentsTest {
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SNIPPET =
            Pattern.compile("// README: (?!end)\\w+\n(.*?)\\s*// README: end", Pattern.DOTALL);

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "../../docs/otlp.md"})
    void everyJavaBlockIsACompiledExample(String document) throws IOException {
        String example =
                Files.readString(Path.of("src/examples/java/dev/evenkeel/exporter/otlp/example/PushToCollector.java"));
        List<String> compiled = new ArrayList<>();
        Matcher snippet = SNIPPET.matcher(example);
        while (snippet.find()) {
            compiled.add(snippet.group(1).stripIndent().strip());
        }

        List<String> shown = new ArrayList<>();
        Matcher block = JAVA_BLOCK.matcher(Files.readString(Path.of(document)));
        while (block.find()) {
            shown.add(block.group(1).strip());
        }

        assertTrue(!shown.isEmpty() && compiled.containsAll(shown), document + " shows " + shown);
    }

    @Test
    void everyMetricOfAnExporterIsDocumented() throws Exception {
        String document = Files.readString(Path.of("../../docs/otlp.md"));
        Rig rig = Rig.delta();
        rig.pass(61 * Rig.SECOND);

        List<String> missing = rig.ledger.keys("evenkeel.otlp.").stream()
                .map(key -> key.substring(0, key.indexOf('|')))
                .distinct()
                .filter(name -> !document.contains("`" + name + "`"))
                .toList();

        assertEquals(List.of(), missing);
    }
}
