package dev.evenkeel.soak.report;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A headless Chromium that is spoken to over a pipe.
 *
 * <p>Its window cannot be made narrower than 500 pixels, and its dark-mode flag recolours pages that have a dark style
 * of their own; the debugging protocol sets both the width and {@code prefers-color-scheme} as a telephone has them. Over
 * a pipe it needs no port, and the browser ends when the pipe does. Messages are JSON ended by a zero byte; the few
 * answers that matter here are picked out by pattern.
 */
final class Browser implements AutoCloseable {

    private static final Pattern VALUE = Pattern.compile("\"value\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final Process process;
    private final OutputStream requests;
    private final InputStream answers;
    private final Path profile;
    private final String session;
    private int id;

    private Browser(String program) throws IOException {
        profile = Files.createTempDirectory("evenkeel-browser");
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "exec \"$0\" \"$@\" 3<&0 4>&1 1>/dev/null 2>/dev/null",
                program,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--user-data-dir=" + profile,
                "--remote-debugging-pipe"));
        process = new ProcessBuilder(command).start();
        requests = process.getOutputStream();
        answers = new BufferedInputStream(process.getInputStream());
        String target = pick(send("Target.createTarget", "{\"url\":\"about:blank\"}", ""), "targetId");
        session = pick(
                send("Target.attachToTarget", "{\"targetId\":\"" + target + "\",\"flatten\":true}", ""), "sessionId");
        call("Page.enable", "{}");
        call("Network.enable", "{}");
    }

    /** The browser of this machine, or null when it has none. */
    static @Nullable Browser find() throws IOException {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin");
        for (String name : List.of("chromium", "chromium-browser", "google-chrome", "chrome")) {
            for (String folder : path.split(":")) {
                Path program = Path.of(folder, name);
                if (Files.isExecutable(program)) {
                    return new Browser(program.toString());
                }
            }
        }
        return null;
    }

    /** Opens a file as a screen of that width in that colour scheme would, and waits until it has loaded. */
    void open(Path file, int width, boolean dark) throws IOException {
        call(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\":" + width + ",\"height\":900,\"deviceScaleFactor\":1,\"mobile\":" + (width < 600) + "}");
        call(
                "Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + (dark ? "dark" : "light") + "\"}]}");
        call("Page.navigate", "{\"url\":\"" + file.toUri() + "\"}");
        // A promise that the page itself keeps: no polling, no sleep.
        evaluate("new Promise(function (done) { if (document.readyState === 'complete') { done(''); }"
                + " else { addEventListener('load', function () { done(''); }); } })");
    }

    /** What an expression of the page gives, as text. */
    String evaluate(String expression) throws IOException {
        String answer = call(
                "Runtime.evaluate",
                "{\"expression\":\""
                        + ("Promise.resolve(" + expression + ").then(String)")
                                .replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                        + "\",\"awaitPromise\":true,\"returnByValue\":true}");
        Matcher value = VALUE.matcher(answer);
        if (!value.find()) {
            throw new IOException("The browser gave no value for " + expression + ": " + answer);
        }
        return Pattern.compile("\\\\u([0-9a-f]{4})")
                .matcher(value.group(1))
                .replaceAll(code -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(code.group(1), 16))));
    }

    /** Presses one key, by its name, in whatever has the focus. */
    void press(String key) throws IOException {
        call("Input.dispatchKeyEvent", "{\"type\":\"keyDown\",\"key\":\"" + key + "\"}");
        call("Input.dispatchKeyEvent", "{\"type\":\"keyUp\",\"key\":\"" + key + "\"}");
    }

    /** Moves the pointer to a place of the window. */
    void pointAt(double x, double y) throws IOException {
        call("Input.dispatchMouseEvent", "{\"type\":\"mouseMoved\",\"x\":" + x + ",\"y\":" + y + "}");
    }

    /** Writes what the window shows as a PNG, pointer effects included. */
    void screenshotOfWindow(Path png) throws IOException {
        Files.createDirectories(png.getParent());
        String answer = call("Page.captureScreenshot", "{\"format\":\"png\"}");
        Files.write(png, Base64.getDecoder().decode(pick(answer, "data")));
    }

    /** Writes the whole page as a PNG. */
    void screenshot(Path png) throws IOException {
        String height = evaluate("document.documentElement.scrollHeight");
        String width = evaluate("window.innerWidth");
        String answer = call(
                "Page.captureScreenshot",
                "{\"format\":\"png\",\"captureBeyondViewport\":true,\"clip\":{\"x\":0,\"y\":0,\"width\":"
                        + width
                        + ",\"height\":"
                        + height
                        + ",\"scale\":1}}");
        Files.createDirectories(png.getParent());
        Files.write(png, Base64.getDecoder().decode(pick(answer, "data")));
    }

    private String call(String method, String parameters) throws IOException {
        return send(method, parameters, ",\"sessionId\":\"" + session + "\"");
    }

    private String send(String method, String parameters, String session) throws IOException {
        int mine = ++id;
        String request = "{\"id\":" + mine + ",\"method\":\"" + method + "\",\"params\":" + parameters + session + "}";
        requests.write(request.getBytes(StandardCharsets.UTF_8));
        requests.write(0);
        requests.flush();
        while (true) {
            String message = receive();
            if (message.startsWith("{\"id\":" + mine + ",")) {
                if (message.contains("\"error\":") && !message.contains("\"result\":")) {
                    throw new IOException(method + " was refused: " + message);
                }
                return message;
            }
        }
    }

    private String receive() throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (int b = answers.read(); b != 0; b = answers.read()) {
            if (b < 0) {
                throw new IOException("The browser ended; read so far: " + message.toString(StandardCharsets.UTF_8));
            }
            message.write(b);
        }
        return message.toString(StandardCharsets.UTF_8);
    }

    private static String pick(String message, String key) throws IOException {
        String start = "\"" + key + "\":\"";
        int at = message.indexOf(start);
        if (at < 0) {
            throw new IOException("No " + key + " in the browser's answer: " + message);
        }
        return message.substring(at + start.length(), message.indexOf('"', at + start.length()));
    }

    @Override
    public void close() throws IOException {
        requests.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                // A child of the browser may still be taking its own files away.
                file.toFile().delete();
            }
        }
    }
}
