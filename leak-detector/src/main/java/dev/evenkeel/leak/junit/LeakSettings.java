package dev.evenkeel.leak.junit;

import dev.evenkeel.leak.LeakOptions;
import dev.evenkeel.leak.Resource;
import java.lang.reflect.AnnotatedElement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What the annotations of a method and its classes ask for.
 *
 * @param mode how to judge
 * @param options the rest
 */
record LeakSettings(DetectLeaks.Mode mode, LeakOptions options) {

    /** What holds where nothing is annotated and a configuration parameter asks for it. */
    @DetectLeaks
    private static final class Defaults {}

    /** Of a method: the nearest annotation, on itself or a class around it; what may stay is added up. */
    static Optional<LeakSettings> of(
            @Nullable AnnotatedElement method, Class<?> type, String name, Optional<DetectLeaks.Mode> unannotated) {
        List<AnnotatedElement> around = new ArrayList<>();
        if (method != null) {
            around.add(method);
        }
        for (Class<?> c = type; c != null; c = c.getEnclosingClass()) {
            around.add(c);
        }
        DetectLeaks found = null;
        for (AnnotatedElement element : around) {
            found = AnnotationSupport.findAnnotation(element, DetectLeaks.class).orElse(null);
            if (found != null) {
                break;
            }
        }
        DetectLeaks annotation = found == null ? Defaults.class.getAnnotation(DetectLeaks.class) : found;
        if (found == null && unannotated.isEmpty() || annotation == null) {
            return Optional.empty();
        }
        LeakOptions options = LeakOptions.defaults()
                .withName(name)
                .withIterations(annotation.iterations())
                .withLinger(Duration.ofMillis(annotation.lingerMillis()))
                .withTimeLimit(Duration.ofSeconds(annotation.timeLimitSeconds()))
                .withHeap(annotation.heap());
        for (DetectLeaks.Budget budget : annotation.budgets()) {
            options = options.withBudget(budget.resource(), budget.most());
        }
        for (String pattern : annotation.allow()) {
            options = options.allowThreads(pattern, annotation.because());
        }
        for (AnnotatedElement element : around) {
            options = allow(options, element);
        }
        DetectLeaks.Mode mode = found == null ? unannotated.get() : annotation.mode();
        return Optional.of(new LeakSettings(mode, options));
    }

    private static LeakOptions allow(LeakOptions given, AnnotatedElement element) {
        LeakOptions options = given;
        for (AllowThreads a : AnnotationSupport.findRepeatableAnnotations(element, AllowThreads.class)) {
            options = options.allow(Resource.THREADS, a.value(), a.because());
        }
        for (AllowDescriptors a : AnnotationSupport.findRepeatableAnnotations(element, AllowDescriptors.class)) {
            options = options.allow(Resource.FILE_DESCRIPTORS, a.value(), a.because());
        }
        for (AllowHeap a : AnnotationSupport.findRepeatableAnnotations(element, AllowHeap.class)) {
            options = options.allow(Resource.HEAP, a.value(), a.because());
        }
        for (AllowLeft a : AnnotationSupport.findRepeatableAnnotations(element, AllowLeft.class)) {
            options = options.allow(a.resource(), a.value(), a.because());
        }
        return options;
    }
}
