package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/** What is logged while this is open. The tests run without java.logging, so that System.Logger writes to System.err. */
final class LogCapture implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    LogCapture() {
        System.setErr(new PrintStream(bytes, true, UTF_8));
    }

    String text() {
        return bytes.toString(UTF_8);
    }

    int count(String message) {
        return text().split(java.util.regex.Pattern.quote(message), -1).length - 1;
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
