package dev.evenkeel.leak.allocation;

import dev.evenkeel.drift.Verdict;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/** Does what {@link AllocationBudget} says. */
public final class AllocationBudgetExtension implements InvocationInterceptor {
    /** Runs of a whole test, the first included, before it is over its budget for good. */
    private static final int MOST_RUNS = 5;

    /** For JUnit. */
    public AllocationBudgetExtension() {}

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

    private static void intercept(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        Optional<AllocationBudget> found =
                AnnotationSupport.findAnnotation(call.getExecutable(), AllocationBudget.class);
        if (found.isEmpty()) {
            invocation.proceed();
            return;
        }
        AllocationBudget budget = found.get();
        String name = call.getTargetClass().getSimpleName() + "."
                + call.getExecutable().getName() + "()";
        if (budget.bytesPerCall() < 0 == budget.bytes() < 0) {
            throw new IllegalArgumentException(
                    "@AllocationBudget on " + name + " gives "
                            + (budget.bytes() < 0 ? "no budget" : "two budgets")
                            + ". Give bytesPerCall for a method that is called many times, or bytes for a test that runs once.");
        }
        String why = AllocationProbe.whyNot();
        if (!why.isEmpty()) {
            invocation.proceed(); // what else it asserts still holds
            String sentence = name + " kept or broke its allocation budget, nobody knows which. " + why;
            publish(context, Verdict.INCONCLUSIVE, Double.NaN);
            if (budget.unmeasurable() == AllocationBudget.Unmeasurable.FAIL) {
                throw new AssertionError(sentence);
            }
            throw new TestAbortedException(sentence);
        }
        Repeated repeated = new Repeated(name, call, context.getRequiredTestInstance());
        if (budget.bytes() >= 0) {
            whole(name, budget.bytes(), invocation, repeated, context);
        } else {
            perCall(name, budget, invocation, repeated, context);
        }
    }

    private static void perCall(
            String name,
            AllocationBudget budget,
            Invocation<Void> invocation,
            Repeated repeated,
            ExtensionContext context)
            throws Throwable {
        invocation.proceed(); // JUnit wants it called once: the first call of the warm-up
        AllocationProbe.Judgement judgement =
                AllocationProbe.judge(name, budget.bytesPerCall(), budget.calls(), repeated);
        publish(context, judgement.verdict(), judgement.reading().bytesPerCall());
        if (judgement.verdict() != Verdict.PASS) {
            throw new AssertionError(judgement.text());
        }
    }

    private static void whole(
            String name, long budget, Invocation<Void> invocation, Repeated repeated, ExtensionContext context)
            throws Throwable {
        long before = ThreadAllocation.bytes();
        invocation.proceed();
        long first = ThreadAllocation.bytes() - before;
        long least = first;
        int runs = 1;
        for (; runs < MOST_RUNS && least > budget; runs++) {
            before = ThreadAllocation.bytes();
            repeated.run();
            least = Math.min(least, ThreadAllocation.bytes() - before);
        }
        boolean kept = least <= budget;
        publish(context, kept ? Verdict.PASS : Verdict.FAIL, least);
        if (!kept) {
            throw new AssertionError(name + " allocates " + least + " bytes, the least of " + runs
                    + " runs (the first: " + first + "); its budget is " + budget + "."
                    + AllocationSites.of(repeated, least).text()
                    + "\nReuse what is allocated there, or raise the budget if the bytes are worth it.");
        }
    }

    private static void publish(ExtensionContext context, Verdict verdict, double bytes) {
        Map<String, String> entry = new LinkedHashMap<>();
        entry.put("evenkeel.allocation.verdict", verdict.name());
        if (!Double.isNaN(bytes)) {
            entry.put("evenkeel.allocation.bytes", AllocationReading.number(bytes));
        }
        context.publishReportEntry(entry);
    }

    /** The test method again, called without the array of arguments that reflection makes each time. */
    private static final class Repeated implements Runnable {
        private final MethodHandle handle;

        Repeated(String name, ReflectiveInvocationContext<Method> call, Object instance) {
            Method method = call.getExecutable();
            try {
                method.setAccessible(true);
                MethodHandle bound = MethodHandles.lookup().unreflect(method).bindTo(instance);
                handle = MethodHandles.insertArguments(
                                bound, 0, call.getArguments().toArray())
                        .asType(MethodType.methodType(void.class));
            } catch (IllegalAccessException | RuntimeException e) {
                throw new IllegalStateException(
                        name + " cannot be called again to measure what it allocates (" + e
                                + "). It may not be static; a test in a named module opens its package to"
                                + " dev.evenkeel.leak.",
                        e);
            }
        }

        @Override
        public void run() {
            try {
                handle.invokeExact();
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("the test threw in one of its repetitions: " + e, e);
            }
        }
    }
}
