package dev.evenkeel.leak.junit;

import dev.evenkeel.leak.LeakDetector;
import dev.evenkeel.leak.LeakOptions;
import dev.evenkeel.leak.LeakReport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs a class, or whatever has a unique id, again and again in a launcher of its own, and judges what grows. */
final class SecondRun {
    private static final String MARK = "evenkeel.leaks.second-run";
    private static final int ITERATIONS = 2;
    private static final int ROUNDS = 3;
    private static final int ESCALATIONS = 2;

    private SecondRun() {}

    /** Whether the running tests are such repetitions, in which nothing is judged. */
    static boolean isOne(ExtensionContext context) {
        return context.getConfigurationParameter(MARK).isPresent();
    }

    /**
     * Judges by repetitions, on the calling thread. Costs some ten runs where nothing grows; fewer rounds than a method gets,
     * because a class takes longer.
     *
     * @throws IllegalStateException when a test fails that did not fail before, as the cause says
     */
    static LeakReport of(String uniqueId, LeakOptions options) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectUniqueId(uniqueId))
                .configurationParameter(MARK, "true")
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .build();
        LauncherConfig config = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .enablePostDiscoveryFilterAutoRegistration(false)
                .build();
        LeakOptions fewer = options.withIterations(ITERATIONS)
                .withWarmUpRounds(1)
                .withRounds(ROUNDS)
                .withEscalations(ESCALATIONS);
        return LeakDetector.verify(fewer, () -> {
            First failure = new First();
            try (LauncherSession session = LauncherFactory.openSession(config)) {
                session.getLauncher().execute(request, failure);
            }
            failure.throwIfAny();
        });
    }

    /** Remembers the first failure. */
    private static final class First implements TestExecutionListener {
        private @Nullable Throwable failure;

        @Override
        public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
            if (failure == null && result.getStatus() == TestExecutionResult.Status.FAILED) {
                failure = result.getThrowable()
                        .orElseGet(() -> new IllegalStateException(identifier.getDisplayName() + " failed"));
            }
        }

        void throwIfAny() {
            Throwable seen = failure;
            if (seen != null) {
                throw new IllegalStateException(
                        "a test failed when it was run again to look for leaks: " + seen
                                + ". Tests that run once per JVM only cannot be judged this way; use Mode.ONCE on methods.",
                        seen);
            }
        }
    }
}
