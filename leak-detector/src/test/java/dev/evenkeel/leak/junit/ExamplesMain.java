package dev.evenkeel.leak.junit;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Runs the examples on whatever JUnit is on the class path, and prints its version and what came of them. */
final class ExamplesMain {

    private ExamplesMain() {}

    public static void main(String[] args) {
        Runs.Result result = Runs.of(
                List.of(DetectLeaksTest.Examples.class, ClassModeTest.Leaving.class, ClassModeTest.Plain.class),
                Map.of(
                        "junit.jupiter.extensions.autodetection.enabled",
                        "true",
                        DetectLeaksExtension.EVERY_TEST,
                        "once",
                        "junit.jupiter.execution.parallel.enabled",
                        "true"));
        System.out.println("JUnit " + Test.class.getPackage().getImplementationVersion());
        System.out.println("passed " + result.succeeded());
        result.failures()
                .forEach(f -> System.out.println("failed " + f.lines().findFirst().orElse("")));
        System.exit(0);
    }
}
