package dev.evenkeel.cli.soak;

import dev.evenkeel.cli.OutputFiles;
import dev.evenkeel.soak.FaultPlan;
import dev.evenkeel.soak.SoakPlan;
import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how a run goes, and the plan they stand for. */
final class PlanOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--duration",
            defaultValue = "2m",
            converter = DurationConverter.class,
            description = "Steady time to judge, after the warm-up (default: ${DEFAULT-VALUE}; at least 10s).")
    private Duration duration = Duration.ofMinutes(2);

    @Option(
            names = "--warmup",
            defaultValue = "20s",
            converter = DurationConverter.class,
            description = "Load before anything is judged (default: ${DEFAULT-VALUE}).")
    private Duration warmup = Duration.ofSeconds(20);

    @Option(names = "--rate", defaultValue = "200", description = "Requests per second (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--fault-every",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "Time from one slow-upstream fault to the next; 0 for none (default: ${DEFAULT-VALUE}).")
    private Duration faultEvery = Duration.ofSeconds(30);

    @Option(names = "--plan", paramLabel = "FILE", description = "A plan in YAML; see docs/soak.md.")
    private @Nullable Path planFile;

    @Option(
            names = "--sampling",
            converter = DurationConverter.class,
            description = "Time between samples, 1s to 60s (default: 1s, more in runs over two hours).")
    private @Nullable Duration sampling;

    @Option(
            names = "--early-stop",
            description =
                    "End the run at a planned look at which its verdict is in; the errors of FAIL and PASS stay those of a"
                            + " whole run.")
    private boolean earlyStop;

    /** The plan in a file; one that says nothing where none was named. */
    PlanFile file() throws UnfitException {
        if (planFile == null) {
            return PlanFile.empty();
        }
        try {
            return PlanFile.read(planFile);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UnfitException("The plan " + planFile + " cannot be read (" + OutputFiles.cause(e) + ").", e);
        }
    }

    /**
     * The plan of a run: that of the file, and what flags say in its place.
     *
     * @throws ParameterException when it is no plan, in a sentence
     */
    SoakPlan plan(PlanFile file, TargetOptions target) {
        double perSecond = given("--rate") ? rate : file.rate.orElse(rate);
        if (!(perSecond >= 1 && perSecond <= 100_000) && !target.ownService(file)) {
            throw usage("--rate takes 1 to 100000 requests per second, not "
                    + spec.findOption("--rate").getValue() + ".");
        }
        if (!target.sendsLoad(file)) {
            perSecond = 0;
        }
        try {
            Duration warm = given("--warmup") ? warmup : file.warmup.orElse(warmup);
            Duration lasts = given("--duration") ? duration : file.duration.orElse(duration);
            List<SoakPlan.Phase> phases = file.phases.isEmpty() || given("--duration") || given("--rate")
                    ? List.of(new SoakPlan.Phase("steady", lasts, perSecond))
                    : file.phases;
            Duration whole = warm;
            for (SoakPlan.Phase phase : phases) {
                whole = whole.plus(phase.lasts());
            }
            Duration between = sampling != null ? sampling : file.sampling.orElse(SoakPlan.defaultSampling(whole));
            FaultPlan slow = target.ownService(file) && !given("--fault-every")
                    ? FaultPlan.NONE
                    : FaultPlan.slowEvery(faultEvery);
            SoakPlan plan = new SoakPlan(
                    warm,
                    phases,
                    given("--fault-every") ? slow : file.faults.orElse(slow),
                    between,
                    file.budgets,
                    file.restarts,
                    command());
            return earlyStop || file.earlyStop.orElse(false) ? plan.withEarlyStop() : plan;
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    /** The command line as it was given, quoted where a shell would need it. A password in a URL stays out. */
    private String command() {
        List<String> words = new ArrayList<>(List.of("./evenkeel"));
        for (String argument : spec.commandLine().getParent() == null
                ? List.of("soak")
                : spec.commandLine().getParent().getParseResult().originalArgs()) {
            String shown = argument.replaceAll("(?i)(password=)[^&]*", "$1***");
            words.add(shown.matches("[\\w@%+=:,./-]+") ? shown : "'" + shown.replace("'", "'\\''") + "'");
        }
        return String.join(" ", words);
    }

    private boolean given(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
