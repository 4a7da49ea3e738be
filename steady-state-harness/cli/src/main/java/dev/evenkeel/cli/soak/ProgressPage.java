package dev.evenkeel.cli.soak;

import dev.evenkeel.drift.TimeSeries;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.exporter.http.AdminEndpoint;
import dev.evenkeel.exporter.http.AdminListener;
import dev.evenkeel.exporter.http.AdminRequest;
import dev.evenkeel.exporter.http.AdminResponse;
import dev.evenkeel.exporter.live.PolledPage;
import dev.evenkeel.soak.SoakListener;
import dev.evenkeel.soak.Standing;
import dev.evenkeel.soak.report.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page on loopback that shows how a run is getting on: where it stands, its load, and each deciding resource with its course
 * and what the verdict would be now.
 *
 * <p>The page is one file without a foreign address in it; it asks the same path with {@code ?format=json} for the data, schema
 * 1. What it shows is copied under a lock that no request holds while it sends. Safe from any thread; costs a run some
 * microseconds a second, and each look of a browser under a millisecond.
 */
final class ProgressPage implements SoakListener, AdminEndpoint, AutoCloseable {
    private static final int SCHEMA = 1;

    /** Points of the load's course, and readings of a resource, that are shown; a browser draws no more than it has columns. */
    private static final int MOST_POINTS = 300;

    private static final int MOST_NOTES = 20;

    private final String command;
    private final Path dir;
    private final PolledPage page = PolledPage.beside(ProgressPage.class, "progress.html");
    private final AdminListener listener;

    /** Guards all below. */
    private final Object lock = new Object();

    private final Course course = new Course(2 * MOST_POINTS);
    private final List<String> notes = new ArrayList<>();
    private List<Standing> standings = List.of();
    private String phase = "starting";
    private @Nullable Progress progress;
    private double standingsAt;

    /**
     * Starts serving.
     *
     * @param port of 127.0.0.1; 0 for any that is free
     * @param command the command line of the run
     * @param dir where its report will be
     * @throws UncheckedIOException if nothing can listen there
     */
    ProgressPage(int port, String command, Path dir) {
        this.command = command;
        this.dir = dir;
        this.listener = AdminListener.builder().port(port).handle("/", this).build();
    }

    /** Where a browser finds it. */
    String url() {
        return "http://127.0.0.1:" + listener.port() + "/";
    }

    @Override
    public void phase(String name) {
        synchronized (lock) {
            phase = name;
        }
    }

    @Override
    public void tick(Progress now) {
        synchronized (lock) {
            progress = now;
            course.add(now.second(), now.ratePerSecond(), now.p99Millis());
        }
    }

    @Override
    public void standings(List<Standing> soFar) {
        synchronized (lock) {
            standings = List.copyOf(soFar);
            standingsAt = progress == null ? 0 : progress.second();
        }
    }

    @Override
    public void note(String sentence) {
        synchronized (lock) {
            if (notes.size() < MOST_NOTES) {
                notes.add(sentence);
            }
        }
    }

    @Override
    public void respond(AdminRequest request, AdminResponse response) throws IOException {
        if (!request.path().equals("/")) {
            response.text(404, "There is nothing but the page of the run, at /.\n");
        } else if ("json".equals(request.query("format"))) {
            response.json(json());
        } else {
            page.send(response);
        }
    }

    /** The data of the page. */
    String json() {
        JsonWriter json = new JsonWriter().beginObject();
        json.member("schema", (long) SCHEMA);
        json.member("command", command);
        json.member("report", dir.resolve("report.html").toString());
        List<Standing> shown;
        synchronized (lock) {
            json.member("phase", phase);
            progress(json, progress);
            json.name("load").beginObject();
            numbers(json, "seconds", course.seconds());
            numbers(json, "per_second", course.first());
            numbers(json, "p99_millis", course.second());
            json.endObject();
            json.name("notes").beginArray();
            notes.forEach(json::value);
            json.endArray();
            json.member("judged_at_second", standingsAt);
            shown = standings;
        }
        json.member("verdict", verdict(shown).name());
        json.name("resources").beginArray();
        shown.forEach(standing -> standing(json, standing));
        json.endArray();
        return json.endObject().toString();
    }

    private static void progress(JsonWriter json, @Nullable Progress p) {
        json.member("second", p == null ? 0 : p.second());
        json.member("total_seconds", p == null ? Double.NaN : p.totalSeconds());
        json.member("per_second", p == null ? Double.NaN : p.ratePerSecond());
        json.member("p99_millis", p == null ? Double.NaN : p.p99Millis());
        json.member("shed", p == null ? 0 : p.shed());
        json.member("failed", p == null ? 0 : p.failed());
        json.member("fault", p != null && p.fault());
    }

    /** The worst of those that decide; undecided before the first. */
    private static Verdict verdict(List<Standing> standings) {
        for (Verdict worst : List.of(Verdict.FAIL, Verdict.INVALID, Verdict.INCONCLUSIVE, Verdict.PASS)) {
            if (standings.stream().anyMatch(standing -> standing.verdict() == worst)) {
                return worst;
            }
        }
        return Verdict.INCONCLUSIVE;
    }

    private static void standing(JsonWriter json, Standing standing) {
        json.beginObject();
        json.member("name", standing.name());
        json.member("title", standing.title());
        json.member("unit", standing.unit());
        json.member("verdict", standing.verdict().name());
        json.member("model", standing.model());
        json.member("slope_per_hour", standing.slopePerHour());
        json.member("budget_per_hour", standing.budgetPerHour());
        TimeSeries all = standing.readings();
        // The least of each column: what a verdict rests on is the lower edge of the readings.
        int columns = Math.min(MOST_POINTS, all.size());
        double[] seconds = new double[columns];
        double[] values = new double[columns];
        for (int c = 0; c < columns; c++) {
            int least = (int) ((long) all.size() * c / columns);
            int to = (int) ((long) all.size() * (c + 1) / columns);
            for (int i = least + 1; i < to; i++) {
                least = all.value(i) < all.value(least) || Double.isNaN(all.value(least)) ? i : least;
            }
            seconds[c] = all.second(least);
            values[c] = all.value(least);
        }
        numbers(json, "seconds", seconds);
        numbers(json, "values", values);
        json.endObject();
    }

    private static void numbers(JsonWriter json, String name, double[] numbers) {
        json.name(name).beginArray();
        for (double number : numbers) {
            json.value(number);
        }
        json.endArray();
    }

    /** Stops serving; whoever looks at the page is told by the browser that nothing answers any more. */
    @Override
    public void close() {
        listener.close();
    }
}
