package dev.evenkeel.cli.soak;

import dev.evenkeel.soak.BudgetRule;
import dev.evenkeel.soak.FaultPlan;
import dev.evenkeel.soak.SoakPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import picocli.CommandLine.TypeConversionException;

/**
 * A soak's plan as a YAML file. Every value is optional, and what a flag of the command line says wins. Each error names
 * the file, the line, the value, and what to write instead.
 */
final class PlanFile {
    private static final int SCHEMA = 1;
    private static final List<String> TARGET = List.of("command", "pid", "metrics", "jmx", "otlp_listen");
    private static final Pattern AMOUNT = Pattern.compile("([0-9.]+(?:[eE][0-9]+)?)\\s*([A-Za-z%]*)\\s+(per .+)");
    private static final Pattern SLOW = Pattern.compile("slow\\s+(\\S+)");
    private static final Pattern ERRORS = Pattern.compile("errors\\s+(\\d{1,3})\\s*%");

    /** Resources by name, and whether they count bytes, plain numbers or something else. */
    private static final Map<String, String> UNITS = new TreeMap<>(Map.of(
            "heap_live", "bytes",
            "heap_after_gc", "bytes",
            "rss", "bytes",
            "cgroup_memory", "bytes",
            "direct_memory", "bytes",
            "open_fds", "count",
            "threads", "count",
            "loaded_classes", "count",
            "pool_queue", "count",
            "latency_p99", "ms"));

    private static final Map<String, Double> BYTES = Map.of(
            "B", 1.0,
            "KiB", 1024.0,
            "MiB", 1048576.0,
            "GiB", 1073741824.0,
            "kB", 1e3,
            "MB", 1e6,
            "GB", 1e9);

    private final Path file;

    final Map<String, String> target = new LinkedHashMap<>();
    final List<String> requests = new ArrayList<>();
    Optional<String> url = Optional.empty();
    Optional<Double> rate = Optional.empty();
    Optional<Duration> warmup = Optional.empty();
    Optional<Duration> duration = Optional.empty();
    Optional<Duration> sampling = Optional.empty();
    Optional<Boolean> earlyStop = Optional.empty();
    Optional<FaultPlan> faults = Optional.empty();
    final List<SoakPlan.Phase> phases = new ArrayList<>();
    final List<Duration> restarts = new ArrayList<>();
    final Map<String, BudgetRule> budgets = new LinkedHashMap<>();

    private PlanFile(Path file) {
        this.file = file;
    }

    /** A plan that says nothing. */
    static PlanFile empty() {
        return new PlanFile(Path.of(""));
    }

    /**
     * Reads.
     *
     * @throws IllegalArgumentException for a plan that is wrong, in a sentence
     * @throws IOException when the file cannot be read
     */
    static PlanFile read(Path file) throws IOException {
        return parse(file, Files.readString(file, StandardCharsets.UTF_8));
    }

    static PlanFile parse(Path file, String text) {
        PlanFile plan = new PlanFile(file);
        Node root;
        try {
            root = new Compose(LoadSettings.builder().setLabel(file.toString()).build())
                    .composeString(text)
                    .orElseThrow(() -> new IllegalArgumentException(file
                            + " is empty. Write at least: duration: 10m. See docs/soak.md for what a plan may say."));
        } catch (MarkedYamlEngineException e) {
            throw new IllegalArgumentException(
                    file + ", line "
                            + e.getProblemMark().map(m -> m.getLine() + 1).orElse(0) + ": this is no YAML: "
                            + e.getProblem() + ".",
                    e);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(file + " is no YAML: " + e.getMessage(), e);
        }
        plan.top(root);
        return plan;
    }

    private void top(Node root) {
        List<String> keys = List.of(
                "schema",
                "target",
                "load",
                "warmup",
                "duration",
                "phases",
                "faults",
                "restarts",
                "sampling",
                "early_stop",
                "budgets");
        Map<String, Node> top = mapping(root, "the plan", keys);
        with(top, "schema", node -> {
            if (!text(node).equals(Integer.toString(SCHEMA))) {
                throw wrong(node, "schema", "this release reads schema " + SCHEMA + ". Write schema: " + SCHEMA + ".");
            }
        });
        with(top, "target", node -> mapping(node, "target", TARGET)
                .forEach((key, value) -> target.put(key, text(value))));
        with(top, "load", this::load);
        with(top, "warmup", node -> warmup = Optional.of(duration(node, "warmup")));
        with(top, "duration", node -> duration = Optional.of(duration(node, "duration")));
        with(top, "sampling", node -> sampling = Optional.of(duration(node, "sampling")));
        with(top, "early_stop", node -> {
            if (!List.of("true", "false").contains(text(node))) {
                throw wrong(node, "early_stop", "a run may end early or it may not. Write true or false.");
            }
            earlyStop = Optional.of(text(node).equals("true"));
        });
        with(top, "phases", node -> sequence(node, "phases").forEach(this::phase));
        with(top, "restarts", node -> sequence(node, "restarts").forEach(n -> restarts.add(duration(n, "restarts"))));
        with(top, "faults", this::faults);
        with(top, "budgets", node -> mapping(node, "budgets", List.copyOf(UNITS.keySet()))
                .forEach((key, value) -> budgets.put(key, budget(key, value))));
        Node phasesNode = top.get("phases");
        if (phasesNode != null && duration.isPresent()) {
            throw wrong(
                    phasesNode,
                    "phases",
                    "the phases say how long the run is, and duration says it again. Leave one out.");
        }
    }

    private interface Taker {
        void take(Node node);
    }

    private static void with(Map<String, Node> nodes, String key, Taker taker) {
        Node node = nodes.get(key);
        if (node != null) {
            taker.take(node);
        }
    }

    private void load(Node node) {
        Map<String, Node> load = mapping(node, "load", List.of("url", "rate", "requests"));
        with(load, "url", n -> url = Optional.of(text(n)));
        with(load, "rate", n -> rate = Optional.of(rate(n)));
        with(load, "requests", n -> sequence(n, "requests").forEach(line -> requests.add(text(line))));
    }

    private double rate(Node node) {
        Matcher m = Pattern.compile("([0-9.]+)\\s*(?:/\\s*s|per second)?").matcher(text(node));
        if (!m.matches()) {
            throw wrong(
                    node,
                    "rate",
                    "that is no rate in requests per second. Write a plain number, for example rate: 200.");
        }
        return number(node, "rate", m.group(1));
    }

    private void phase(Node node) {
        Map<String, Node> phase = mapping(node, "a phase", List.of("name", "for", "rate"));
        Node lasts = phase.get("for");
        Node at = phase.get("rate");
        if (lasts == null || at == null) {
            throw wrong(node, "phases", "a phase needs both for and rate. Write {name: peak, for: 10m, rate: 400}.");
        }
        Node name = phase.get("name");
        String called = name == null ? "phase " + (phases.size() + 1) : text(name);
        phases.add(checked(node, "phases", () -> new SoakPlan.Phase(called, duration(lasts, "for"), rate(at))));
    }

    private void faults(Node node) {
        Map<String, Node> parts = mapping(node, "faults", List.of("every", "for", "kinds", "begin", "end"));
        Node every = parts.get("every");
        if (every == null) {
            throw wrong(
                    node,
                    "faults",
                    "faults need every, the time from one to the next. Write every: 5m, or leave them out.");
        }
        Duration apart = duration(every, "every");
        List<FaultPlan.Fault> kinds = new ArrayList<>();
        with(parts, "kinds", n -> sequence(n, "kinds").forEach(kind -> kinds.add(kind(kind))));
        Node begin = parts.get("begin");
        Node end = parts.get("end");
        if (begin != null || end != null) {
            kinds.add(checked(
                    node,
                    "faults",
                    () -> new FaultPlan.Fault(
                            FaultPlan.Kind.COMMAND,
                            0,
                            begin == null ? "" : text(begin),
                            end == null ? "" : text(end))));
        }
        FaultPlan plain = checked(node, "faults", () -> FaultPlan.slowEvery(apart));
        Node lasts = parts.get("for");
        Duration length = lasts == null ? plain.lasts() : duration(lasts, "for");
        faults = Optional.of(
                checked(node, "faults", () -> new FaultPlan(apart, length, kinds.isEmpty() ? plain.faults() : kinds)));
    }

    private FaultPlan.Fault kind(Node node) {
        String text = text(node);
        Matcher slow = SLOW.matcher(text);
        Matcher errors = ERRORS.matcher(text);
        if (slow.matches()) {
            long millis = duration(slow.group(1), node, "kinds").toMillis();
            return checked(node, "kinds", () -> new FaultPlan.Fault(FaultPlan.Kind.SLOW, millis, "", ""));
        }
        if (errors.matches()) {
            long percent = Long.parseLong(errors.group(1));
            return checked(node, "kinds", () -> new FaultPlan.Fault(FaultPlan.Kind.ERRORS, percent, "", ""));
        }
        if (text.equals("pause")) {
            return new FaultPlan.Fault(FaultPlan.Kind.PAUSE, 0, "", "");
        }
        throw wrong(node, "kinds", "there is no such fault. Write slow 250ms, errors 20%, or pause.");
    }

    private BudgetRule budget(String resource, Node node) {
        String unit = UNITS.getOrDefault(resource, "count");
        String example =
                switch (unit) {
                    case "bytes" -> "5 MiB per hour, or 8 B per operation";
                    case "ms" -> "0.5 ms per hour";
                    default -> "2 per hour, or 100 per million operations";
                };
        Matcher m = AMOUNT.matcher(text(node));
        if (!m.matches()) {
            throw wrong(node, resource, "a budget is an amount, its unit, and per what. Write " + example + ".");
        }
        double amount = number(node, resource, m.group(1));
        String given = m.group(2);
        Double factor =
                unit.equals("bytes") ? BYTES.get(given) : given.equals(unit.equals("ms") ? "ms" : "") ? 1.0 : null;
        if (factor == null) {
            throw wrong(
                    node,
                    resource,
                    "it is counted in " + (unit.equals("count") ? "plain numbers, without a unit" : unit)
                            + ", not in \"" + given + "\". Write " + example + ".");
        }
        return switch (m.group(3).toLowerCase(Locale.ROOT).strip()) {
            case "per hour" -> checked(node, resource, () -> new BudgetRule(amount * factor, BudgetRule.Per.HOUR));
            case "per million operations" -> checked(
                    node, resource, () -> new BudgetRule(amount * factor, BudgetRule.Per.MILLION_OPERATIONS));
            case "per operation" -> checked(
                    node, resource, () -> new BudgetRule(amount * factor * 1e6, BudgetRule.Per.MILLION_OPERATIONS));
            default -> throw wrong(node, resource, "\"" + m.group(3) + "\" is not known. Write " + example + ".");
        };
    }

    private <T> T checked(Node node, String key, java.util.function.Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw String.valueOf(e.getMessage()).startsWith(file.toString())
                    ? e
                    : new IllegalArgumentException(
                            file + ", line " + line(node) + ": " + key + ": " + e.getMessage(), e);
        }
    }

    private double number(Node node, String key, String digits) {
        try {
            return Double.parseDouble(digits);
        } catch (NumberFormatException e) {
            throw wrong(node, key, "\"" + digits + "\" is no number. Write digits with at most one point.");
        }
    }

    private Duration duration(Node node, String key) {
        return duration(text(node), node, key);
    }

    private Duration duration(String text, Node node, String key) {
        try {
            return new DurationConverter().convert(text);
        } catch (TypeConversionException e) {
            throw wrong(node, key, "a time needs its unit. Write 90s, 2m, 1h30m or 7d.");
        }
    }

    private Map<String, Node> mapping(Node node, String what, List<String> keys) {
        if (!(node instanceof MappingNode map)) {
            throw wrong(
                    node,
                    what,
                    "it holds names with values. Write one line for each of " + String.join(", ", keys) + ".");
        }
        Map<String, Node> nodes = new LinkedHashMap<>();
        for (NodeTuple tuple : map.getValue()) {
            String key = text(tuple.getKeyNode());
            if (!keys.contains(key)) {
                throw new IllegalArgumentException(file + ", line " + line(tuple.getKeyNode()) + ": " + what
                        + " knows no \"" + key + "\". Choose one of " + String.join(", ", keys) + ".");
            }
            if (nodes.put(key, tuple.getValueNode()) != null) {
                throw new IllegalArgumentException(
                        file + ", line " + line(tuple.getKeyNode()) + ": \"" + key + "\" is there twice. Keep one.");
            }
        }
        return nodes;
    }

    private List<Node> sequence(Node node, String what) {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong(node, what, "it is a list. Write [a, b], or one line with a dash for each.");
        }
        return sequence.getValue();
    }

    private String text(Node node) {
        if (!(node instanceof ScalarNode scalar)) {
            throw wrong(node, "this", "one value is wanted here, not a list or a group of them.");
        }
        return scalar.getValue().strip();
    }

    private static int line(Node node) {
        Function<Mark, Integer> line = mark -> mark.getLine() + 1;
        return node.getStartMark().map(line).orElse(0);
    }

    private IllegalArgumentException wrong(Node node, String key, String why) {
        String value = node instanceof ScalarNode scalar ? " is \"" + scalar.getValue() + "\"" : "";
        return new IllegalArgumentException(file + ", line " + line(node) + ": " + key + value + ": " + why);
    }
}
