package dev.evenkeel.cli;

import dev.evenkeel.cli.audit.AuditCommand;
import dev.evenkeel.cli.bench.BenchCommand;
import dev.evenkeel.cli.compare.CompareCommand;
import dev.evenkeel.cli.drift.DriftCommand;
import dev.evenkeel.cli.export.ExportCommand;
import dev.evenkeel.cli.judge.JudgeCommand;
import dev.evenkeel.cli.judge.MarkCommand;
import dev.evenkeel.cli.judge.PlanCommand;
import dev.evenkeel.cli.lab.LabCommand;
import dev.evenkeel.cli.pool.PoolBaselineCommand;
import dev.evenkeel.cli.soak.SoakCommand;
import dev.evenkeel.cli.sweep.GcSweepCommand;
import dev.evenkeel.soak.UnfitException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code evenkeel} command. Exit codes are those of {@link ExitCode}. */
@Command(
        name = "evenkeel",
        header = "Tells whether a service on the JVM will still be standing next week.",
        description = "Soaks services, judges what grows, and measures its own cost.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            SoakCommand.class,
            JudgeCommand.class,
            MarkCommand.class,
            PlanCommand.class,
            CompareCommand.class,
            ExportCommand.class,
            BenchCommand.class,
            LabCommand.class,
            AuditCommand.class,
            DriftCommand.class,
            PoolBaselineCommand.class,
            GcSweepCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel soak",
            "  evenkeel soak --duration 10m --plant fd",
            "  evenkeel judge evenkeel-soak/20261121-1326",
            "  evenkeel compare RUN-BEFORE RUN-AFTER",
            "  evenkeel bench counters",
            "  evenkeel lab counters",
            "  evenkeel audit http://localhost:9464/metrics",
            "  evenkeel drift --csv fds.csv --budget-per-hour 2 --resolution 1",
            "  evenkeel pool-baseline --minutes 2",
            "  evenkeel gc-sweep --quick",
            "",
            "Exit codes: 0 pass, 1 internal error, 2 usage, 3 fail, 4 inconclusive, 5 unfit to measure.",
            "EVENKEEL_DEBUG=1 adds stack traces to error messages."
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs the command line and returns its exit code. */
    static int run(String... args) {
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((e, given) -> usage(e));
        line.setExecutionExceptionHandler((e, command, given) -> failed(e, command.getErr()));
        return line;
    }

    /** Without a command there is nothing to do: says which there are, as a usage error. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command? See evenkeel --help.");
    }

    private static int usage(ParameterException e) {
        PrintWriter err = e.getCommandLine().getErr();
        String message = e.getMessage() == null ? "wrong usage" : e.getMessage().strip();
        if (e instanceof UnmatchedArgumentException unmatched
                && e.getCommandLine().getParent() == null
                && !unmatched.getUnmatched().get(0).startsWith("-")) {
            message = "There is no command \"" + unmatched.getUnmatched().get(0) + "\". Choose one of: "
                    + String.join(", ", e.getCommandLine().getSubcommands().keySet()) + ".";
        }
        String help = e.getCommandLine().getCommandSpec().qualifiedName() + " --help";
        err.println("evenkeel: " + sentence(message) + (message.contains("--help") ? "" : " See " + help + "."));
        debug(e, err);
        err.flush();
        return ExitCode.USAGE;
    }

    private static int failed(Exception e, PrintWriter err) {
        boolean unfit = e instanceof UnfitException;
        String message = e.getMessage();
        if (unfit && message != null) {
            err.println("evenkeel: " + sentence(message));
        } else {
            err.println("evenkeel: internal error: "
                    + (message == null ? e.getClass().getSimpleName() : sentence(message))
                    + (System.getenv("EVENKEEL_DEBUG") == null ? " EVENKEEL_DEBUG=1 shows where." : ""));
        }
        debug(e, err);
        err.flush();
        return unfit ? ExitCode.UNFIT : ExitCode.INTERNAL;
    }

    private static String sentence(String message) {
        return message.endsWith(".") || message.endsWith("?") || message.endsWith("\n") ? message : message + ".";
    }

    private static void debug(Exception e, PrintWriter err) {
        if (System.getenv("EVENKEEL_DEBUG") != null) {
            e.printStackTrace(err);
        }
    }

    /** The version of the jar that we run from. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "evenkeel " + (version == null ? "(not packaged)" : version), "JVM " + Runtime.version()
            };
        }
    }
}
