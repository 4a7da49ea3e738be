package dev.evenkeel.soak.report;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a real browser, wide and narrow, light and dark. Pictures are left in target/screenshots. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ReportBrowserIT {

    private static final Path REPORTS = Path.of("target/fixture-reports");
    private static final Path PICTURES = Path.of("target/screenshots");

    private static @Nullable Browser browser;

    @BeforeAll
    static void startBrowser() throws IOException {
        browser = Browser.find();
        if (browser == null) {
            String reason = "No chromium in the PATH: the report was not looked at in a browser."
                    + " Install it (apt-get install chromium) to run these tests.";
            if ("true".equals(System.getenv("EVENKEEL_REQUIRE_TOOLS"))) {
                fail(reason + " EVENKEEL_REQUIRE_TOOLS=true forbids to skip them.");
            }
            System.out.println("SKIPPED ReportBrowserIT: " + reason);
            Assumptions.abort(reason);
        }
        Fixtures.main(new String[] {REPORTS.toString()});
    }

    @AfterAll
    static void stopBrowser() throws IOException {
        if (browser != null) {
            browser.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "pass,1280,false",
        "pass,1280,true",
        "pass,390,false",
        "pass,390,true",
        "fail,1280,false",
        "fail,1280,true",
        "fail,390,false",
        "fail,390,true",
        "inconclusive,1280,false",
        "inconclusive,390,true",
        "nasty,1280,false",
        "nasty,390,false",
        "day,1280,true",
        "day,390,false",
        "pass,768,false",
        "fail,1024,false",
        "fail,320,false"
    })
    void fitsTheScreenAndDrawsEverything(String run, int width, boolean dark) throws IOException {
        Browser page = open(run, width, dark);

        assertAll(
                () -> assertEquals("ok", page.evaluate("document.documentElement.dataset.reportStatus")),
                () -> assertEquals(
                        String.valueOf(Fixtures.all().get(run).resources().size() + 2),
                        page.evaluate("document.documentElement.dataset.reportPlots")),
                () -> assertEquals("0", page.evaluate("document.documentElement.scrollWidth - window.innerWidth")),
                () -> assertEquals(
                        String.valueOf(dark), page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")));
        page.screenshot(PICTURES.resolve(run + "-" + width + (dark ? "-dark" : "-light") + ".png"));
    }

    @Test
    void darkIsDark() throws IOException {
        String colour = "getComputedStyle(document.body).backgroundColor";

        String light = open("pass", 1280, false).evaluate(colour);
        String dark = open("pass", 1280, true).evaluate(colour);

        assertNotEquals(light, dark);
    }

    /** WCAG 2 contrast of every piece of text against the nearest background behind it. */
    @ParameterizedTest
    @ValueSource(strings = {"pass", "fail", "inconclusive"})
    void textIsReadableInBothSchemes(String run) throws IOException {
        for (boolean dark : List.of(false, true)) {
            String poor = open(run, 1280, dark).evaluate(CONTRAST);

            assertEquals("", poor, run + (dark ? " dark" : " light"));
        }
    }

    @Test
    void arrowKeysReadValuesOnAllPlotsAtOnce() throws IOException {
        Browser page = open("fail", 1280, false);

        page.evaluate("document.querySelectorAll('.area')[1].focus()");
        page.press("Home");
        String first = page.evaluate("document.querySelector('[aria-live]').textContent");
        page.press("End");
        String last = page.evaluate("document.querySelector('[aria-live]').textContent");

        assertTrue(first.startsWith("00:00 · ") && first.endsWith("MiB"), first);
        assertTrue(last.startsWith("09:50 · ") && last.contains("MiB") && last.contains("model "), last);
        assertEquals("7", page.evaluate("document.querySelectorAll('.tip:not([hidden])').length"));
        page.press("Escape");
        assertEquals("0", page.evaluate("document.querySelectorAll('.tip:not([hidden])').length"));
    }

    @Test
    void readingValuesDoesNotWidenANarrowPage() throws IOException {
        Browser page = open("fail", 390, false);
        page.evaluate("document.querySelector('.area').focus()");

        for (int i = 0; i < 20; i++) {
            page.press("PageUp");
            String wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth");
            String outside = page.evaluate("[].filter.call(document.querySelectorAll('.tip'), function (t) {"
                    + " var b = t.getBoundingClientRect(); return b.left > 389 - b.width || 0 > b.left; }).length");

            assertEquals("0", wider, "step " + i);
            assertEquals("0", outside, "step " + i);
        }
    }

    @Test
    void pointerShowsTheReadingUnderIt() throws IOException {
        Browser page = open("fail", 1280, false);
        page.evaluate("document.querySelector('.area').scrollIntoView({block: 'center'})");
        String box = page.evaluate("(function () { var b = document.querySelector('.area').getBoundingClientRect();"
                + " return b.left + b.width / 2 + ' ' + (b.top + b.height / 2); }())");
        String[] middle = box.split(" ");

        page.pointAt(Double.parseDouble(middle[0]), Double.parseDouble(middle[1]));
        String tip = page.evaluate("document.querySelector('.tip').textContent");

        assertTrue(tip.matches("05:0[01] · \\d+.fds · model [\\d.]+"), tip);
        page.screenshotOfWindow(PICTURES.resolve("fail-1280-crosshair.png"));
    }

    @Test
    void everythingTheKeyboardReachesIsNamed() throws IOException {
        Browser page = open("fail", 1280, false);

        String unnamed =
                page.evaluate("[].filter.call(document.querySelectorAll('a[href], summary, [tabindex]'), function (e) {"
                        + " return !(e.getAttribute('aria-label') || e.textContent.trim()); }).length");

        assertEquals("0", unnamed);
    }

    @Test
    void readsWithoutItsScript() throws Exception {
        String html = Files.readString(REPORTS.resolve("fail/report.html"));
        Path bare = REPORTS.resolve("fail/without-script.html");
        // Any change of the script makes its hash wrong, and the page's own policy then refuses to run it.
        Files.writeString(bare, html.replace("\"use strict\";", "\"use strict\"; window.ran = true;"));
        Browser page = open(bare, 390, false);

        assertEquals("undefined", page.evaluate("typeof window.ran"));
        assertEquals("0", page.evaluate("document.documentElement.scrollWidth - window.innerWidth"));
        assertEquals(
                "7",
                page.evaluate("[].filter.call(document.querySelectorAll('.area svg'), function (s) {"
                        + " return s.getBoundingClientRect().height > 100; }).length"));
    }

    @Test
    void hostileTextRunsNothing() throws IOException {
        Browser page = open("nasty", 1280, false);

        List<String> counts = new ArrayList<>();
        for (String tag : List.of("img", "script", "iframe")) {
            counts.add(page.evaluate("document.querySelectorAll('" + tag + "').length"));
        }

        assertEquals(List.of("0", "1", "0"), counts);
        assertEquals("0", page.evaluate("performance.getEntriesByType('resource').length"));
    }

    private static Browser open(String run, int width, boolean dark) throws IOException {
        return open(REPORTS.resolve(run).resolve("report.html"), width, dark);
    }

    private static Browser open(Path file, int width, boolean dark) throws IOException {
        Browser page = browser;
        if (page == null) {
            throw new IllegalStateException("The browser was not started.");
        }
        page.open(file.toAbsolutePath(), width, dark);
        return page;
    }

    private static final String CONTRAST =
            """
            (function () {
              function channel(c) { c /= 255; return c > 0.04045 ? Math.pow((c + 0.055) / 1.055, 2.4) : c / 12.92; }
              function light(c) { return 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]); }
              function parts(s) { return s.slice(s.indexOf('(') + 1).split(',').map(parseFloat); }
              function behind(e) {
                for (; e; e = e.parentElement) {
                  var c = parts(getComputedStyle(e).backgroundColor);
                  if (c.length === 3 || c[3] > 0.99) { return c; }
                }
                return [255, 255, 255];
              }
              var found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), node;
              while ((node = walk.nextNode())) {
                var e = node.parentElement;
                if (!node.nodeValue.trim() || e.closest('svg, script, style, .skip')) { continue; }
                var style = getComputedStyle(e), a = light(parts(style.color)), b = light(behind(e));
                var ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (ratio >= 4.5) { continue; }
                found.push(ratio.toFixed(2) + ' ' + node.nodeValue.trim().slice(0, 30));
              }
              return found.join('; ');
            }())
            """
                    .replaceAll("\\s*\\n\\s*", " ")
                    .strip();
}
