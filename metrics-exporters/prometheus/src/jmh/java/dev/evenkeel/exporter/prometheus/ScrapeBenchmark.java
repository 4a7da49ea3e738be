package dev.evenkeel.exporter.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One page of text from a library that holds ten families of counters, or of histograms, with two labels each, after eight
 * threads have recorded into every series; they still live. All histograms have the same bounds, exemplars are off.
 *
 * <p>Before anything is timed, {@link #fill} checks that the page holds every series with what was recorded.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public abstract class ScrapeBenchmark {
    static final int FAMILIES = 10;
    static final int THREADS = 8;

    /** Values that each thread records into each histogram: log-normal around 1 ms, sigma 1. */
    static final int VALUES = 100;

    /** Upper bounds of all histograms, in seconds: the ladder that ours has for times. */
    static final double[] BOUNDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

    private static final int COLUMNS = 100;

    @Param("10000")
    int series;

    @Param("counters")
    String instruments;

    private final Phaser rounds = new Phaser(THREADS + 1);
    private volatile Runnable round;
    private volatile boolean done;
    private final Page page = new Page();

    /** Bytes that are overwritten by the next page. */
    static final class Page extends ByteArrayOutputStream {
        Page() {
            super(1 << 16);
        }

        String text() {
            return new String(buf, 0, count, UTF_8);
        }
    }

    /** Makes the families. */
    abstract void register(boolean histograms);

    /** Adds one to the counter of two label values, which it makes if need be. */
    abstract void count(int family, String route, String status);

    /** Records a value into the histogram of two label values, which it makes if need be. */
    abstract void record(int family, String route, String status, long nanos);

    /** Writes every series as text 0.0.4. */
    abstract void write(Page to) throws IOException;

    /** The same when nothing has been written before; libraries that remember nothing do no more than ever. */
    void writeFirst(Page to) throws IOException {
        write(to);
    }

    @Setup
    public void fill() throws IOException {
        register(instruments.equals("histograms"));
        for (int i = 0; i < THREADS; i++) {
            int seed = i;
            Thread thread = new Thread(() -> recorder(seed), "recorder-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        rounds.arriveAndAwaitAdvance();
        page.reset();
        writeFirst(page);
        check(page.text());
        System.out.println("bytes of a page: " + page.size());
    }

    @TearDown
    public void release() {
        done = true;
        rounds.arriveAndDeregister();
    }

    private void recorder(int seed) {
        recordAll(seed);
        rounds.arriveAndAwaitAdvance();
        while (true) {
            rounds.arriveAndAwaitAdvance();
            if (done) {
                return;
            }
            round.run();
            rounds.arriveAndAwaitAdvance();
        }
    }

    /** Lets each of the recorders do something; returns when all have. Their processor time is not in the measured one. */
    final void inEachRecorder(Runnable what) {
        round = what;
        rounds.arriveAndAwaitAdvance();
        rounds.arriveAndAwaitAdvance();
    }

    private void recordAll(int seed) {
        Random random = new Random(seed);
        boolean histograms = instruments.equals("histograms");
        int perFamily = series / FAMILIES;
        for (int n = 0; n < perFamily; n++) {
            String route = "/api/orders/" + n / COLUMNS;
            String status = "status" + n % COLUMNS;
            for (int family = 0; family < FAMILIES; family++) {
                for (int i = 0; histograms && i < VALUES; i++) {
                    record(family, route, status, (long) (1e6 * Math.exp(random.nextGaussian())));
                }
                if (!histograms) {
                    count(family, route, status);
                }
            }
        }
    }

    private void check(String text) {
        boolean histograms = instruments.equals("histograms");
        int lines = 0;
        double sum = 0;
        for (String line : text.split("\n")) {
            boolean counts =
                    histograms ? line.contains("_count{") : line.startsWith("shop") && !line.contains("_created{");
            if (counts && line.contains("route=\"/api/orders/")) {
                lines++;
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        double expected = (double) series * THREADS * (histograms ? VALUES : 1);
        if (lines != series || sum != expected) {
            throw new IllegalStateException(
                    getClass().getSimpleName() + " wrote " + lines + " series that add up to " + sum
                            + ", and not " + series + " and " + expected
                            + ": what it measures would be something else. Look at how the library is set up.");
        }
    }

    @Benchmark
    public int text() throws IOException {
        page.reset();
        write(page);
        return page.size();
    }

    /** What a scraper gets who comes first, on code that is warm. */
    @Benchmark
    public int first() throws IOException {
        page.reset();
        writeFirst(page);
        return page.size();
    }
}
