package dev.evenkeel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** What help, pages, scripts and workflows tell people to type is there, with these options. */
class CommandsAsWrittenTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    /** An example of a help text: two spaces, the command, and after two more what it does. */
    private static final Pattern EXAMPLE = Pattern.compile("  evenkeel (.*?)(?: {2,}.*| #.*)?");

    private static final Pattern ON_A_PAGE = Pattern.compile("(?:\\./|`)evenkeel ([a-z][^`\\n|&;]*)");
    private static final Pattern SCRIPT = Pattern.compile("(?<![\\w/])\\.ci/[\\w-]+");
    private static final Pattern WORD = Pattern.compile("'[^']*'|\"[^\"]*\"|\\$\\([^)]*\\)|\\S+");

    private static Stream<CommandLine> all(CommandLine line) {
        return Stream.concat(
                Stream.of(line), line.getSubcommands().values().stream().flatMap(sub -> all(sub)));
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            words.add(word.group().replaceAll("^'(.*)'$", "$1").replaceAll("^\"(.*)\"$", "$1"));
        }
        return words;
    }

    @TestFactory
    Stream<DynamicTest> everyCommandHasExamplesThatParseAndSaysItsExitCodes() {
        return all(Main.commandLine())
                .filter(line -> line.getSubcommands().isEmpty() || line.getParent() == null)
                .map(line -> dynamicTest(line.getCommandSpec().qualifiedName(), () -> {
                    String footer = String.join(
                            "\n", line.getCommandSpec().usageMessage().footer());
                    List<String> examples = footer.lines()
                            .map(EXAMPLE::matcher)
                            .filter(Matcher::matches)
                            .map(m -> m.group(1))
                            .toList();
                    assertTrue(!examples.isEmpty() && footer.contains("Examples:"), footer);
                    assertTrue(footer.contains("Exit codes: 0 "), () -> "no exit codes: " + footer);
                    for (String example : examples) {
                        Main.commandLine().parseArgs(words(example).toArray(String[]::new));
                    }
                }));
    }

    /** Options by name alone: a page may well write N or URL for a value. */
    private static void check(String written, String where, List<String> wrong) {
        CommandLine line = Main.commandLine();
        for (String word : words(written)) {
            if (word.equals("--") || word.startsWith("#")) {
                return;
            }
            if (word.startsWith("--")) {
                if (line.getCommandSpec().findOption(word.replaceAll("[^\\w-].*$", "")) == null) {
                    wrong.add(where + ": " + line.getCommandSpec().qualifiedName() + " has no " + word);
                }
            } else if (line.getSubcommands().containsKey(word)) {
                line = line.getSubcommands().get(word);
            } else if (line.getParent() == null) {
                wrong.add(where + ": there is no command " + word);
                return;
            }
        }
    }

    private static List<Path> files(String glob, String... folders) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String folder : folders) {
            try (Stream<Path> all = Files.walk(ROOT.resolve(folder), 4)) {
                all.filter(Files::isRegularFile)
                        .filter(path -> !path.toString().contains("/target/"))
                        .filter(path -> path.getFileSystem()
                                .getPathMatcher("glob:" + glob)
                                .matches(path.getFileName()))
                        .forEach(found::add);
            }
        }
        return found;
    }

    @Test
    void pagesScriptsAndWorkflowsNameCommandsOptionsAndScriptsThatAreThere() throws IOException {
        List<Path> files = new ArrayList<>(files("*.md", ""));
        files.addAll(files("*", ".ci", ".github", "steady-state-harness/soak/nightly"));
        List<String> wrong = new ArrayList<>();
        int commands = 0;

        for (Path file : files) {
            String text = Files.readString(file).replace("\\\n", " ");
            String where = ROOT.relativize(file).toString();
            for (Matcher m = ON_A_PAGE.matcher(text); m.find(); commands++) {
                check(m.group(1), where, wrong);
            }
            for (Matcher m = SCRIPT.matcher(text); m.find(); ) {
                if (!Files.isExecutable(ROOT.resolve(m.group()))) {
                    wrong.add(where + ": there is no program " + m.group());
                }
            }
        }

        assertEquals(List.of(), wrong);
        assertTrue(commands > 60, "only " + commands + " commands were found: has their spelling changed?");
    }

    @Test
    void workflowsAndTheCronJobAreYamlWithStepsToRun() throws IOException {
        Load yaml = new Load(LoadSettings.builder().build());
        int steps = 0;
        for (Path file : files("*.{yml,yaml}", ".github/workflows")) {
            Map<?, ?> workflow = (Map<?, ?>) yaml.loadFromString(Files.readString(file));
            assertTrue(workflow.containsKey("on"), () -> file + " is never run");
            for (Object job : ((Map<?, ?>) workflow.get("jobs")).values()) {
                for (Object step : (List<?>) ((Map<?, ?>) job).get("steps")) {
                    Map<?, ?> keys = (Map<?, ?>) step;
                    assertTrue(keys.containsKey("run") != keys.containsKey("uses"), () -> file + ": " + keys);
                    steps++;
                }
            }
        }
        assertTrue(steps >= 12, "only " + steps + " steps");

        Map<?, ?> job = (Map<?, ?>)
                yaml.loadFromString(Files.readString(ROOT.resolve("steady-state-harness/soak/nightly/cronjob.yaml")));
        assertEquals("CronJob", job.get("kind"));
    }
}
