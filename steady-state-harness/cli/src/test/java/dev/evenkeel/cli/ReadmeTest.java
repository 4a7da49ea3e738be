package dev.evenkeel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README shows is what compiles, and what it links to exists. */
class ReadmeTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SNIPPET =
            Pattern.compile("// README: (?!end)\\w+\n(.*?)\\s*// README: end", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)(#[^)]*)?\\)");

    @Test
    void everyJavaBlockIsACompiledExample() throws IOException {
        TreeSet<String> compiled = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/examples/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                Matcher snippet = SNIPPET.matcher(Files.readString(file));
                while (snippet.find()) {
                    compiled.add(snippet.group(1).stripIndent().strip());
                }
            }
        }

        List<String> shown = new ArrayList<>();
        Matcher block = JAVA_BLOCK.matcher(Files.readString(ROOT.resolve("README.md")));
        while (block.find()) {
            shown.add(block.group(1).strip());
        }

        assertEquals(compiled, new TreeSet<>(shown));
    }

    @Test
    void everyRelativeLinkLeadsToAFile() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT, 4)) {
            List<Path> pages = files.filter(path -> path.toString().endsWith(".md"))
                    .filter(path -> !path.toString().contains("/target/"))
                    .toList();
            assertTrue(pages.contains(ROOT.resolve("README.md")));
            for (Path page : pages) {
                Matcher link = LINK.matcher(Files.readString(page));
                while (link.find()) {
                    Path target = page.resolveSibling(link.group(1));
                    assertTrue(Files.exists(target), page + " links to " + link.group(1) + ", which is not there");
                }
            }
        }
    }

    @Test
    void theReadmeOpensWithTheTwoCommands() throws IOException {
        String opening =
                Files.readString(ROOT.resolve("README.md")).lines().limit(14).reduce("", (a, b) -> a + b + "\n");

        assertTrue(opening.contains("./evenkeel soak"), opening);
        assertTrue(opening.contains("mvn verify"), opening);
    }
}
