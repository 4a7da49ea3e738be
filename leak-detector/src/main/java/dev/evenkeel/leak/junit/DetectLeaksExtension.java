package dev.evenkeel.leak.junit;

import dev.evenkeel.leak.LeakAction;
import dev.evenkeel.leak.LeakDetector;
import dev.evenkeel.leak.LeakOptions;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/** Does what {@link DetectLeaks} says. */
final class DetectLeaksExtension implements InvocationInterceptor {

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        judge(invocation, call, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        judge(invocation, call, context);
    }

    private static void judge(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        Optional<DetectLeaks> found = AnnotationSupport.findAnnotation(call.getExecutable(), DetectLeaks.class)
                .or(() -> AnnotationSupport.findAnnotation(call.getTargetClass(), DetectLeaks.class));
        if (found.isEmpty()) {
            invocation.proceed();
            return;
        }
        LeakOptions options = options(found.get())
                .withName(call.getTargetClass().getSimpleName() + "."
                        + call.getExecutable().getName() + "()");
        LeakDetector.assertNoLeak(options, new Iteration(invocation, call, context.getRequiredTestInstance()));
    }

    private static LeakOptions options(DetectLeaks annotation) {
        LeakOptions options = LeakOptions.defaults()
                .withIterations(annotation.iterations())
                .withLinger(Duration.ofMillis(annotation.lingerMillis()))
                .withHeap(annotation.heap());
        for (String pattern : annotation.allow()) {
            options = options.allowThreads(pattern, annotation.because());
        }
        return options;
    }

    /** JUnit lets an invocation proceed once: that is the first iteration; the others call the method themselves. */
    private static final class Iteration implements LeakAction {
        private final Invocation<Void> invocation;
        private final Method method;
        private final Object instance;
        private final Object[] arguments;
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
