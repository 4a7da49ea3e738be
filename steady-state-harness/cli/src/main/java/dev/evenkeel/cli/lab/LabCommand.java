package dev.evenkeel.cli.lab;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Experiments on building blocks. */
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        header = "Try ways to count side by side.",
        description = "Experiments on building blocks, on the machine at hand.",
        subcommands = CountersCommand.class,
        footer = {"", "Examples:", "  evenkeel lab counters", "  evenkeel lab counters --quick --profile"})
public final class LabCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which experiment? There is one: counters.");
    }
}
