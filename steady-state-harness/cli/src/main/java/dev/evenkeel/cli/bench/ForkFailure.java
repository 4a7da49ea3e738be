package dev.evenkeel.cli.bench;

import java.io.IOException;
import java.util.regex.Pattern;

/** A benchmark's JVM ended without a result; the message carries its log. */
final class ForkFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private static final Pattern NOT_LINKED = Pattern.compile(
            "NoSuchMethodError|NoSuchFieldError|NoClassDefFoundError|IncompatibleClassChangeError|AbstractMethodError"
                    + "|IllegalAccessError");

    ForkFailure(String benchmark, int exit, String log) {
        super("Benchmark " + benchmark + " gave no result (exit code " + exit + "):\n" + log);
    }

    /** Whether the benchmark asked for something that the classes it ran on do not have. */
    boolean notLinked() {
        return NOT_LINKED.matcher(String.valueOf(getMessage())).find();
    }
}
