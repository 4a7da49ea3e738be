package dev.evenkeel.leak.junit;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.leak.LeakAction;
import dev.evenkeel.leak.LeakDetector;
import dev.evenkeel.leak.LeakOptions;
import dev.evenkeel.leak.LeakReport;
import dev.evenkeel.leak.LeakScope;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Does what {@link DetectLeaks} says.
 *
 * <p>Also found by JUnit's extension auto-detection; then the configuration parameter {@code evenkeel.leaks.every-test} makes it
 * judge the methods, or with {@code class} the classes, that carry no annotation: {@code rounds}, {@code once} or {@code class}.
 */
public final class DetectLeaksExtension implements InvocationInterceptor, BeforeAllCallback, AfterAllCallback {
    static final String EVERY_TEST = "evenkeel.leaks.every-test";

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(DetectLeaksExtension.class);
    private static final String SCOPE = "scope";
    private static final String JUDGED = "judged";

    /** For JUnit. */
    public DetectLeaksExtension() {}

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        intercept(invocation, call, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        intercept(invocation, call, context);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        ExtensionContext.Store store = context.getStore(NAMESPACE);
        if (isOutermost(context) && store.get(SCOPE) == null) {
            classSettings(context).ifPresent(settings -> store.put(SCOPE, LeakScope.open(settings.options())));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        LeakScope scope = isOutermost(context) ? context.getStore(NAMESPACE).remove(SCOPE, LeakScope.class) : null;
        Optional<LeakSettings> settings = classSettings(context);
        if (scope == null || settings.isEmpty()) {
            return;
        }
        LeakReport report = scope.close();
        if (report.verdict() != Verdict.PASS) {
            try (Alone alone = new Alone(settings.get().options().name())) {
                report = SecondRun.of(context.getUniqueId(), settings.get().options());
            }
        }
        finish(report, context);
    }

    /** A nested class belongs to the one around it. */
    private static boolean isOutermost(ExtensionContext context) {
        return !SecondRun.isOne(context)
                && context.getParent().flatMap(ExtensionContext::getTestClass).isEmpty();
    }

    private static Optional<LeakSettings> classSettings(ExtensionContext context) {
        Class<?> type = context.getRequiredTestClass();
        return LeakSettings.of(null, type, type.getSimpleName(), everyTest(context))
                .filter(settings -> settings.mode() == DetectLeaks.Mode.CLASS);
    }

    private static void intercept(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        Optional<LeakSettings> settings = LeakSettings.of(
                call.getExecutable(),
                call.getTargetClass(),
                call.getTargetClass().getSimpleName() + "."
                        + call.getExecutable().getName() + "()",
                everyTest(context));
        boolean again = context.getStore(NAMESPACE).get(JUDGED) != null;
        if (settings.isEmpty()
                || settings.get().mode() == DetectLeaks.Mode.CLASS
                || again
                || SecondRun.isOne(context)) {
            invocation.proceed();
            return;
        }
        context.getStore(NAMESPACE).put(JUDGED, true);
        LeakOptions options = settings.get().options();
        Iteration iteration = new Iteration(invocation, call, context.getRequiredTestInstance());
        if (settings.get().mode() == DetectLeaks.Mode.ONCE) {
            LeakReport first = once(options, invocation);
            iteration.proceeded = true;
            if (first.verdict() == Verdict.PASS) {
                finish(first, context);
                return;
            }
        }
        LeakReport report;
        try (Alone alone = new Alone(options.name())) {
            report = LeakDetector.verify(options, iteration);
        }
        finish(report, context);
    }

    private static LeakReport once(LeakOptions options, Invocation<Void> invocation) throws Throwable {
        LeakScope scope = LeakScope.open(options);
        try {
            invocation.proceed();
        } catch (Throwable e) {
            scope.close();
            throw e;
        }
        return scope.close();
    }

    private static Optional<DetectLeaks.Mode> everyTest(ExtensionContext context) {
        return context.getConfigurationParameter(EVERY_TEST).map(mode -> {
            try {
                return DetectLeaks.Mode.valueOf(mode.trim().toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "The configuration parameter " + EVERY_TEST + " is \"" + mode
                                + "\", so no leak would be looked for. Set it to rounds, once or class, or leave it out.",
                        e);
            }
        });
    }

    private static void finish(LeakReport report, ExtensionContext context) {
        Map<String, String> entry = new LinkedHashMap<>();
        entry.put("evenkeel.leak.verdict", report.verdict().name());
        if (!report.findings().isEmpty()) {
            entry.put("evenkeel.leak.resource", report.findings().get(0).resource().name());
            entry.put("evenkeel.leak.culprit", report.findings().get(0).culprit());
        }
        entry.put("evenkeel.leak.reason", report.reason());
        context.publishReportEntry(entry);
        if (report.verdict() != Verdict.PASS) {
            ReportFile.write(context.getConfigurationParameter(ReportFile.DIRECTORY), report);
            throw new AssertionError(report.text());
        }
    }

    /** No other test runs until it is closed. */
    private static final class Alone implements AutoCloseable {
        Alone(String name) throws InterruptedException {
            if (!TestGate.JVM.beginAlone(TestGate.PATIENCE)) {
                throw new IllegalStateException(name + " is to be judged alone, and other tests still ran after "
                        + TestGate.PATIENCE.toMinutes()
                        + " minutes: what they open would be taken for its own. Does one of them wait for this test, or hang?"
                        + " Give tests a @Timeout, or keep the two apart with @Isolated.");
            }
        }

        @Override
        public void close() {
            TestGate.JVM.endAlone();
        }
    }

    /** JUnit lets an invocation proceed once: that is the first iteration; the others call the method themselves. */
    private static final class Iteration implements LeakAction {
        private final Invocation<Void> invocation;
        private final Method method;
        private final Object instance;
        private final @Nullable Object[] arguments;
        private boolean proceeded;

        Iteration(Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, Object instance) {
            this.invocation = invocation;
            this.method = call.getExecutable();
            this.instance = instance;
            this.arguments = call.getArguments().toArray();
        }

        @Override
        public void run() throws Exception {
            if (proceeded) {
                ReflectionSupport.invokeMethod(method, instance, arguments);
                return;
            }
            proceeded = true;
            try {
                invocation.proceed();
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("the test threw neither an exception nor an error: " + e, e);
            }
        }
    }
}
