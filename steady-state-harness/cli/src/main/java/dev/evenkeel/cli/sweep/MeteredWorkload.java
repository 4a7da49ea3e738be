package dev.evenkeel.cli.sweep;

import dev.evenkeel.exporter.prometheus.PrometheusText;
import dev.evenkeel.soak.UnfitException;
import dev.evenkeel.soak.load.HttpConnection;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A command that brings its own load and has a Prometheus page: started, read twice, ended. */
final class MeteredWorkload implements Workload {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final long LOOK_MILLIS = 50;

    private final List<String> command;
    private final Page page;
    private final Duration warmup;
    private final Duration measure;
    private final Duration readyWithin;
    private volatile boolean stopRequested;

    MeteredWorkload(List<String> command, Page page, Duration warmup, Duration measure, Duration readyWithin) {
        this.command = List.copyOf(command);
        this.page = page;
        this.warmup = warmup;
        this.measure = measure;
        this.readyWithin = readyWithin;
    }

    @Override
    public String describe() {
        return String.join(" ", command) + ", counted by " + page.metric + " of " + page.uri;
    }

    @Override
    public void requestStop() {
        stopRequested = true;
    }

    @Override
    public Reading run(Trial trial) throws UnfitException, IOException, InterruptedException {
        Process process = CommandWorkload.start(command, trial);
        BooleanSupplier goesOn = () -> process.isAlive() && !stopRequested;
        try {
            ProcessMeter meter = new ProcessMeter(process.toHandle());
            String missing = awaitPage(goesOn);
            if (!missing.isEmpty()) {
                return process.isAlive()
                        ? Reading.failed(Outcome.NO_FIGURES, missing)
                        : CommandWorkload.ended(process, trial);
            }
            meter.watch(warmup, goesOn);
            meter.look();
            double cpuBefore = meter.cpuSeconds();
            Counted before = page.read();
            long fromMillis = System.currentTimeMillis();
            long began = System.nanoTime();
            meter.watch(measure, goesOn);
            if (!process.isAlive()) {
                return CommandWorkload.ended(process, trial);
            }
            Counted after = page.read();
            double seconds = (System.nanoTime() - began) / 1e9;
            meter.look();
            if (trial.pilot()) {
                for (long jvm : trial.jvms()) {
                    Jcmd.collect(jvm);
                }
            }
            double ops = after.ops - before.ops;
            if (!(ops > 0)) {
                return Reading.failed(
                        Outcome.NO_FIGURES, page.metric + " did not move in " + measure.toSeconds() + " s.");
            }
            return trial.reading(
                    process.pid(),
                    ops,
                    seconds,
                    (page.metric.contains("_milliseconds") ? 1 : 1000) * after.quantileSince(before, 0.99),
                    meter.cpuSeconds() - cpuBefore,
                    ops,
                    meter.mostRssBytes(),
                    fromMillis,
                    System.currentTimeMillis());
        } catch (IOException e) {
            return process.isAlive()
                    ? Reading.failed(Outcome.NO_FIGURES, "Its page could not be read: " + e.getMessage() + ".")
                    : CommandWorkload.ended(process, trial);
        } finally {
            CommandWorkload.end(process);
        }
    }

    /** Empty once the page shows the metric, else what is wrong with it. */
    private String awaitPage(BooleanSupplier goesOn) throws InterruptedException {
        long deadline = System.nanoTime() + readyWithin.toNanos();
        String missing = "It was stopped.";
        while (goesOn.getAsBoolean() && System.nanoTime() < deadline) {
            try {
                page.read();
                return "";
            } catch (IOException e) {
                missing =
                        "Its page could not be read within " + readyWithin.toSeconds() + " s: " + e.getMessage() + ".";
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        }
        return missing;
    }

    /** Where the operations are counted. */
    static final class Page {
        private final URI uri;
        private final String metric;

        private Page(URI uri, String metric) {
            this.uri = uri;
            this.metric = metric;
        }

        /**
         * A page.
         *
         * @param metric a counter, or a histogram without its suffix, of seconds unless its name says milliseconds; all its
         *     series are added up
         * @throws IllegalArgumentException for what is no {@code http://host:port/path}, in a sentence
         */
        static Page of(String url, String metric) {
            URI uri = URI.create(url);
            if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
                throw new IllegalArgumentException(
                        "A metrics page is read from http://host:port/path, not from \"" + url + "\".");
            }
            return new Page(uri, metric);
        }

        private Counted read() throws IOException {
            int port = uri.getPort() < 0 ? 80 : uri.getPort();
            String path = uri.getRawPath().isEmpty() ? "/metrics" : uri.getRawPath();
            byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: " + uri.getHost() + ":" + port
                            + "\r\nAccept: text/plain;version=0.0.4\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            try (HttpConnection http = new HttpConnection(uri.getHost(), port, TIMEOUT_MILLIS)) {
                int status = http.exchange(request);
                if (status != 200) {
                    throw new IOException("it answered " + status);
                }
                return counted(PrometheusText.parse(http.bodyText()), metric);
            } catch (IllegalArgumentException e) {
                throw new IOException("it is no Prometheus page: " + e.getMessage(), e);
            }
        }
    }

    /** Adds up one metric of a page. */
    static Counted counted(List<PrometheusText.Sample> samples, String metric) throws IOException {
        double ops = 0;
        boolean found = false;
        TreeMap<Double, Double> buckets = new TreeMap<>();
        for (PrometheusText.Sample sample : samples) {
            if (sample.name().equals(metric) || sample.name().equals(metric + "_count")) {
                ops += sample.value();
                found = true;
            } else if (sample.name().equals(metric + "_bucket")) {
                String bound = sample.labels().getOrDefault("le", "");
                double upper = bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
                buckets.merge(upper, sample.value(), Double::sum);
            }
        }
        if (!found) {
            throw new IOException("there is no " + metric + " on it");
        }
        return new Counted(ops, buckets);
    }

    /**
     * Operations so far.
     *
     * @param buckets cumulative, by upper bound; empty of a counter
     */
    record Counted(double ops, Map<Double, Double> buckets) {

        /** A quantile of what came since, by a straight line inside of its bucket; NaN when that cannot be told. */
        double quantileSince(Counted before, double quantile) {
            double all = ops - before.ops;
            double below = 0;
            double from = 0;
            for (Map.Entry<Double, Double> bucket : buckets.entrySet()) {
                double upTo = bucket.getValue() - before.buckets.getOrDefault(bucket.getKey(), 0.0);
                if (upTo >= quantile * all && upTo > below) {
                    double to = bucket.getKey();
                    return Double.isInfinite(to)
                            ? from
                            : from + (to - from) * (quantile * all - below) / (upTo - below);
                }
                below = upTo;
                from = bucket.getKey();
            }
            return Double.NaN;
        }
    }
}
