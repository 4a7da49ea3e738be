package dev.evenkeel.exporter.live;

import dev.evenkeel.exporter.http.AdminResponse;
import dev.evenkeel.metrics.Experimental;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A page of one file that asks its own address for JSON every two seconds and draws it: what {@link LivePage} shows of a service,
 * for others who show a process as it runs. Immutable.
 *
 * <p>The file has the comments <code>/*polled.css*&#47;</code> and <code>/*polled.js*&#47;</code> where the shared style and the shared script
 * belong; the script offers {@code polled.poll(draw, lost)} and what a drawing needs. The page may load nothing from elsewhere.
 */
@Experimental
public final class PolledPage {
    private final byte[] page;

    private PolledPage(byte[] page) {
        this.page = page;
    }

    /**
     * Reads a page from the class path, once.
     *
     * @param beside the class whose package holds it
     * @param name of the file
     * @throws IllegalStateException when it is not there
     */
    public static PolledPage beside(Class<?> beside, String name) {
        String text = read(beside, name)
                .replace("/*polled.css*/", read(PolledPage.class, "polled.css"))
                .replace("/*polled.js*/", read(PolledPage.class, "polled.js"));
        return new PolledPage(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The file " + name + " is missing beside " + beside.getSimpleName()
                        + ": the jar was repackaged without its resources. Keep them.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + name + " from the class path.", e);
        }
    }

    /** Answers with the page. Any thread. */
    public void send(AdminResponse response) throws IOException {
        response.header(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:");
        response.send(200, "text/html; charset=utf-8", page, 0, page.length);
    }
}
