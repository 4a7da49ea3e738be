package dev.evenkeel.soak.junit;

import dev.evenkeel.soak.BudgetRule;
import dev.evenkeel.soak.FaultPlan;
import dev.evenkeel.soak.SoakPlan;
import dev.evenkeel.soak.target.InProcessTarget;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Runs methods with {@link Soak}. */
final class SoakExtension implements InvocationInterceptor {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|[smhd])");

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> context, ExtensionContext extension)
            throws Throwable {
        Method method = context.getExecutable();
        Soak soak = method.getAnnotation(Soak.class);
        if (soak == null) { // another test of the class
            invocation.proceed();
            return;
        }
        if (method.getParameterCount() > 0) {
            throw new ExtensionConfigurationException("@Soak calls " + method.getName()
                    + " many times and from several threads, so it takes no arguments. Make fields of them.");
        }
        invocation.skip();
        method.setAccessible(true);
        Object instance = context.getTarget().orElse(null);
        InProcessTarget target = new InProcessTarget(sequence -> {
            try {
                method.invoke(instance);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof Exception cause) {
                    throw cause;
                }
                throw new AssertionError(e.getCause());
            }
        });
        try {
            SoakTest.requirePass(
                    plan(soak, method),
                    target,
                    Path.of(soak.out(), method.getDeclaringClass().getSimpleName() + "." + method.getName()));
        } catch (AssertionError e) {
            Throwable first = target.firstFailure();
            if (first != null) {
                e.initCause(first);
            }
            throw e;
        }
    }

    static SoakPlan plan(Soak soak, Method method) {
        Map<String, BudgetRule> budgets = new LinkedHashMap<>();
        for (String budget : soak.budgetsPerHour()) {
            String[] words = budget.strip().split("\\s+");
            if (words.length != 2 || !words[1].matches("[0-9.eE+]+")) {
                throw new ExtensionConfigurationException("\"" + budget
                        + "\" is no budget. Write the resource and a number per hour, for example \"open_fds 10\".");
            }
            budgets.put(words[0], new BudgetRule(Double.parseDouble(words[1]), BudgetRule.Per.HOUR));
        }
        Duration warmup = duration(soak.warmup());
        Duration lasts = duration(soak.duration());
        return new SoakPlan(
                warmup,
                List.of(new SoakPlan.Phase("steady", lasts, soak.perSecond())),
                FaultPlan.NONE,
                SoakPlan.defaultSampling(warmup.plus(lasts)),
                budgets,
                List.of(),
                "mvn -Dtest=" + method.getDeclaringClass().getSimpleName() + "#" + method.getName() + " verify");
    }

    private static Duration duration(String text) {
        Matcher time = TIME.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!time.matches()) {
            throw new ExtensionConfigurationException(
                    "\"" + text + "\" is no duration: write 90s, 5m, 1h or 7d.");
        }
        long amount = Long.parseLong(time.group(1));
        return switch (time.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
