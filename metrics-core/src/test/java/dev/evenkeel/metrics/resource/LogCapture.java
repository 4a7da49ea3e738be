package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.regex.Pattern;

/**
 * What a class logs while this is open; it reaches no console.
 *
 * <p>System.Logger writes to java.util.logging here, which the test framework brings along. Our module does not read it, and
 * reflection needs no permission to.
 */
final class LogCapture implements AutoCloseable {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Class<?> handlerType = type("Handler");
    private final Object logger;
    private final Object handler;

    private LogCapture(Class<?> source) throws ReflectiveOperationException {
        logger = type("Logger").getMethod("getLogger", String.class).invoke(null, source.getName());
        handler = type("StreamHandler")
                .getConstructor(OutputStream.class, type("Formatter"))
                .newInstance(bytes, type("SimpleFormatter").getConstructor().newInstance());
        type("Logger").getMethod("addHandler", handlerType).invoke(logger, handler);
        type("Logger").getMethod("setUseParentHandlers", boolean.class).invoke(logger, false);
    }

    static LogCapture of(Class<?> source) {
        try {
            return new LogCapture(source);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Class<?> type(String name) {
        Module logging = ModuleLayer.boot().findModule("java.logging").orElseThrow();
        return Class.forName(logging, "java.util.logging." + name);
    }

    String text() {
        try {
            handlerType.getMethod("flush").invoke(handler);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        return bytes.toString(UTF_8);
    }

    int count(String message) {
        return text().split(Pattern.quote(message), -1).length - 1;
    }

    @Override
    public void close() {
        try {
            type("Logger").getMethod("removeHandler", handlerType).invoke(logger, handler);
            type("Logger").getMethod("setUseParentHandlers", boolean.class).invoke(logger, true);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
