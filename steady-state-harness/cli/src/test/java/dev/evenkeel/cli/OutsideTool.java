package dev.evenkeel.cli;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds a program on the PATH. One that is missing skips the test and says why; where the environment variable
 * {@code EVENKEEL_REQUIRE_TOOLS} is {@code true}, as in CI, it fails it.
 */
public final class OutsideTool {
    private OutsideTool() {}

    public static String path(String program, String debianPackage) {
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(File.pathSeparator)) {
            Path file = Path.of(folder, program);
            if (Files.isExecutable(file)) {
                return file.toString();
            }
        }
        String reason = program + " is not on the PATH; install it (Debian: apt-get install " + debianPackage + ")";
        if ("true".equals(System.getenv("EVENKEEL_REQUIRE_TOOLS"))) {
            fail(reason + ": EVENKEEL_REQUIRE_TOOLS=true allows no skipping");
        }
        System.out.println("skipped: " + reason);
        Assumptions.abort(reason);
        throw new AssertionError("abort returns never");
    }
}
