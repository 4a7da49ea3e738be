package dev.evenkeel.exporter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.evenkeel.exporter.http.AdminListener;
import dev.evenkeel.metrics.Gauge;
import dev.evenkeel.metrics.MetricRegistry;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a real browser makes of the page, from the listener of a process with a leak. */
class LivePageBrowserIT {
    /** Not a temporary folder: children of the browser may still write to it when the test has ended. */
    private static final Path FILES = Path.of("target", "browser").toAbsolutePath();

    @Test
    void aBrowserDrawsEveryResourceWithItsVerdict() throws Exception {
        Path browser = browser();
        AtomicLong nanos = new AtomicLong();
        try (MetricRegistry registry = MetricRegistry.create()) {
            Gauge fds = registry.gauge("process.open_file_descriptor.count").register();
            Gauge threads = registry.gauge("jvm.thread.count").register();
            LivePage page =
                    LivePage.builder(registry).clock(nanos::get).capacity(400).build();
            for (int minute = 0; minute < 300; minute++) {
                fds.set(40 + minute / 3);
                threads.set(30);
                page.tick();
                nanos.addAndGet(60_000_000_000L);
            }
            try (AdminListener admin =
                    AdminListener.builder().port(0).handle("/live", page).build()) {
                String dom = dom(browser, "http://127.0.0.1:" + admin.port() + "/live");

                assertEquals("card fail", boxClass(dom, "open_fds"));
                assertEquals("card pass", boxClass(dom, "threads"));
                assertTrue(dom.contains("<title>FAIL – Evenkeel live</title>"), dom);
                Matcher drawn =
                        Pattern.compile("<path class=\"data\" d=\"(M[^\"]+)\"").matcher(dom);
                assertTrue(drawn.find(), dom);
                assertEquals(299, drawn.group(1).chars().filter(c -> c == 'L').count(), "a line through 300 readings");
                assertTrue(dom.contains("role=\"status\" class=\"\">watched for 4 h 59 min"), dom);
            }
        }
    }

    private static String boxClass(String dom, String resource) {
        Matcher matcher = Pattern.compile("<section class=\"([^\"]*)\" id=\"resource-" + resource + "\"")
                .matcher(dom);
        return matcher.find() ? matcher.group(1) : "not on the page: " + dom;
    }

    private static String dom(Path browser, String url) throws Exception {
        Files.createDirectories(FILES);
        File out = FILES.resolve("dom.html").toFile();
        Process process = new ProcessBuilder(
                        browser.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + FILES.resolve("profile"),
                        "--virtual-time-budget=5000",
                        "--dump-dom",
                        url)
                .redirectOutput(out)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            fail("The browser did not finish within 90 s.");
        }
        return Files.readString(out.toPath(), StandardCharsets.UTF_8);
    }

    private static Path browser() {
        Optional<Path> found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(folder -> List.of("chromium", "chromium-browser", "google-chrome").stream()
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty()) {
            String reason = "No Chromium on the PATH: install it (apt-get install chromium) to see the page drawn.";
            if ("true".equals(System.getenv("EVENKEEL_REQUIRE_TOOLS"))) {
                fail(reason);
            }
            Assumptions.abort(reason);
        }
        return found.get();
    }
}
