package dev.evenkeel.leak.junit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs test classes that are switched off in the build, because they fail on purpose. */
final class Runs {
    static final String SWITCH = "evenkeel.leak.examples";

    private Runs() {}

    /** What came of it: tests that passed, messages of what failed, entries published. */
    record Result(int succeeded, List<String> failures, List<Map<String, String>> entries) {}

    static Result of(List<Class<?>> classes, Map<String, String> parameters) {
        List<String> failures = Collections.synchronizedList(new ArrayList<>());
        List<Map<String, String>> entries = Collections.synchronizedList(new ArrayList<>());
        int[] succeeded = {0};
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(
                        classes.stream().map(DiscoverySelectors::selectClass).toArray(ClassSelector[]::new))
                .configurationParameters(parameters)
                .build();
        System.setProperty(SWITCH, "true");
        try {
            LauncherFactory.create().execute(request, new TestExecutionListener() {
                @Override
                public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
                    if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                        failures.add(result.getThrowable()
                                .map(t -> String.valueOf(t.getMessage()))
                                .orElse("?"));
                    } else if (identifier.isTest()) {
                        succeeded[0]++;
                    }
                }

                @Override
                public void reportingEntryPublished(TestIdentifier identifier, ReportEntry entry) {
                    entries.add(entry.getKeyValuePairs());
                }
            });
        } finally {
            System.clearProperty(SWITCH);
        }
        failures.sort(null);
        return new Result(succeeded[0], List.copyOf(failures), List.copyOf(entries));
    }
}
