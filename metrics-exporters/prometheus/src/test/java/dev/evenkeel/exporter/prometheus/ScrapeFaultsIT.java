package dev.evenkeel.exporter.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.http.AdminLimits;
import dev.evenkeel.exporter.http.AdminListener;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Bad scrapers beside recorders at full speed and one good scraper: nothing recorded is lost, the good one is served, and memory and
 * threads stay within their bounds.
 *
 * <p>With {@code -Devenkeel.faults.table=FILE} each fault lasts {@code -Devenkeel.faults.seconds} (10 unless set) and becomes a row of a
 * Markdown table; {@code .ci/scrape-faults} does that.
 */
class ScrapeFaultsIT {
    private static final String TABLE = System.getProperty("evenkeel.faults.table", "");
    private static final double SECONDS =
            TABLE.isEmpty() ? 0.7 : Double.parseDouble(System.getProperty("evenkeel.faults.seconds", "10"));
    private static final int SERIES = TABLE.isEmpty() ? 2_000 : 10_000;
    private static final int ROUNDS = TABLE.isEmpty() ? 1 : 3;
    private static final int DEADLINE_MILLIS = 60_000;
    private static final String SCRAPE = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    /** What one fault showed. */
    private static final class Row {
        final String fault;
        final List<Double> recordsPerMicro = new ArrayList<>();
        final List<Double> recordsPerCpuMicro = new ArrayList<>();
        final List<Double> scrapeMillis = new ArrayList<>();
        int comeAgain;
        int failed;
        int most;
        long heapBytes;
        long cut;

        Row(String fault) {
            this.fault = fault;
        }
    }

    /** Something that clients do, until it is interrupted. */
    private interface Fault {
        void run(AtomicBoolean over) throws IOException;
    }

    private final MetricRegistry registry =
            MetricRegistry.builder().cardinalityLimit(SERIES).build();
    private final Counter records = registry.counter("shop.records").register();
    private AdminListener admin;
    private long recorderId;

    @Test
    void badScrapersStopNeitherRecordersNorOthers() throws Exception {
        Labelled<Counter> many = registry.counter("shop.orders")
                .help("Orders by customer.")
                .labels("customer", "country")
                .register();
        for (int i = 0; i < SERIES; i++) {
            many.bind("customer-" + i, i % 2 == 0 ? "NZ" : "IS").add(i);
        }
        admin = AdminListener.builder()
                .port(0)
                .registry(registry)
                .limits(AdminLimits.DEFAULTS.withReader(16_384, Duration.ofMillis(TABLE.isEmpty() ? 500 : 5000)))
                .handle("/metrics", PrometheusEndpoint.of(registry))
                .build();
        AtomicBoolean done = new AtomicBoolean();
        long[] recorded = {0};
        Thread recorder = new Thread(() -> {
            long n = 0;
            while (!done.get()) {
                for (int i = 0; i < 1000; i++) {
                    records.increment();
                }
                n += 1000;
            }
            recorded[0] = n;
        });
        recorder.start();
        recorderId = recorder.getId();
        List<Row> rows = new ArrayList<>();
        try {
            observe(new Row("warm-up"), true, over -> park(over, 1));
            for (int round = 0; round < ROUNDS; round++) {
                observeAll(rows);
            }
        } finally {
            done.set(true);
            recorder.join();
            admin.close();
        }

        assertEquals(recorded[0], registry.snapshot().value("shop.records"), "exact, whatever was read meanwhile");
        for (Row row : rows) {
            assertEquals(0, row.failed, row.fault + ": good scrapes that broke off");
            assertTrue(row.most <= 2 * AdminLimits.DEFAULTS.connections(), row.fault + ": " + row.most + " threads");
            assertTrue(median(row.recordsPerMicro) > 0, row.fault);
            if (row != rows.get(0)) {
                assertTrue(row.scrapeMillis.size() + row.comeAgain > 0, row.fault + ": no scrape was answered");
                assertTrue(row.comeAgain == 0 || !row.scrapeMillis.isEmpty(), row.fault + ": nothing but 503");
            }
        }
        if (!TABLE.isEmpty()) {
            write(rows);
        }
        registry.close();
    }

    /** Each fault in turn, so that the machine's moods are shared. */
    private void observeAll(List<Row> rows) throws Exception {
        observe(row(rows, "no scrape"), false, over -> park(over, 1));
        observe(row(rows, "one good scraper, ten a second"), true, over -> park(over, 1));
        observe(row(rows, "and 60 clients that read a byte a second"), true, over -> slowReaders(over, 60));
        observe(row(rows, "and 300 of them"), true, over -> slowReaders(over, 300));
        observe(row(rows, "and 200 scrapes at once, over and over"), true, over -> bursts(over, 200));
        observe(row(rows, "and 200 heads that come a byte at a time"), true, over -> slowHeads(over, 200));
        observe(row(rows, "and requests of 10 MB, back to back"), true, this::oversized);
    }

    private static Row row(List<Row> rows, String fault) {
        for (Row row : rows) {
            if (row.fault.equals(fault)) {
                return row;
            }
        }
        Row row = new Row(fault);
        rows.add(row);
        return row;
    }

    /** Lets a fault happen for a while, beside a good scraper or none. */
    private void observe(Row row, boolean scraping, Fault fault) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread faulty = new Thread(() -> {
            try {
                fault.run(over);
            } catch (IOException | AssertionError e) {
                thrown.set(e);
            }
        });
        double cutBefore = cut();
        faulty.start();
        long start = System.nanoTime();
        long cpuBefore = cpuNanos();
        double before = registry.snapshot().value("shop.records");
        long end = start + (long) (SECONDS * 1e9);
        long next = start;
        while (System.nanoTime() < end || (scraping && row.scrapeMillis.isEmpty() && row.comeAgain < 20)) {
            if (scraping) {
                scrape(row);
            }
            row.most = Math.max(row.most, threads());
            next += 100_000_000L;
            LockSupport.parkNanos(Math.max(1, next - System.nanoTime()));
        }
        double after = registry.snapshot().value("shop.records");
        row.recordsPerMicro.add((after - before) / ((System.nanoTime() - start) / 1e3));
        row.recordsPerCpuMicro.add((after - before) / ((cpuNanos() - cpuBefore) / 1e3));
        if (!TABLE.isEmpty()) {
            System.gc();
            row.heapBytes = Math.max(
                    row.heapBytes,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        over.set(true);
        faulty.join();
        assertNull(thrown.get(), row.fault);
        row.cut += (long) (cut() - cutBefore);
    }

    private long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(recorderId);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(Double.NaN);
    }

    private double cut() {
        return registry.snapshot().points().stream()
                .filter(point -> point.descriptor().name().equals("evenkeel.admin.cut_off"))
                .mapToDouble(point -> point.value())
                .sum();
    }

    private static int threads() {
        int count = 0;
        Thread[] all = new Thread[2000];
        int found = Thread.enumerate(all);
        for (int i = 0; i < found; i++) {
            count += all[i].getName().matches("evenkeel-admin-\\d+") ? 1 : 0;
        }
        return count;
    }

    private void scrape(Row row) {
        long start = System.nanoTime();
        try (Socket socket = client(SCRAPE, 0)) {
            String head = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            if (head.equals("HTTP/1.1 200")) {
                row.scrapeMillis.add((System.nanoTime() - start) / 1e6);
            } else if (head.equals("HTTP/1.1 503")) {
                row.comeAgain++;
            } else {
                row.failed++;
            }
        } catch (IOException e) {
            row.failed++;
        }
    }

    private Socket client(String request, int receiveBytes) throws IOException {
        Socket socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.setSoTimeout(DEADLINE_MILLIS);
        socket.connect(new InetSocketAddress("127.0.0.1", admin.port()), DEADLINE_MILLIS);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void park(AtomicBoolean over, int millis) {
        while (!over.get()) {
            LockSupport.parkNanos(millis * 1_000_000L);
        }
    }

    /** Each takes a byte a second; who was cut off comes back. */
    private void slowReaders(AtomicBoolean over, int count) throws IOException {
        List<Socket> clients = new ArrayList<>();
        try {
            while (!over.get()) {
                while (clients.size() < count && !over.get()) {
                    clients.add(client(SCRAPE, 4096));
                }
                for (Iterator<Socket> each = clients.iterator(); each.hasNext(); ) {
                    Socket socket = each.next();
                    try {
                        InputStream in = socket.getInputStream();
                        if (in.available() > 0 && in.read() < 0) {
                            throw new IOException("over");
                        }
                        socket.getOutputStream().write('\r'); // fails where the other side has closed
                    } catch (IOException e) {
                        socket.close();
                        each.remove();
                    }
                }
                for (int i = 0; i < 20 && !over.get(); i++) {
                    LockSupport.parkNanos(50_000_000L);
                }
            }
        } finally {
            for (Socket socket : clients) {
                socket.close();
            }
        }
    }

    /** All at the same moment, again and again. */
    private void bursts(AtomicBoolean over, int count) {
        AtomicInteger broken = new AtomicInteger();
        double cutBefore = cut();
        while (!over.get()) {
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Thread thread = new Thread(() -> {
                    Row own = new Row("");
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        return;
                    }
                    scrape(own);
                    broken.addAndGet(own.failed);
                });
                thread.start();
                threads.add(thread);
            }
            go.countDown();
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
        // A client that the machine lets wait for a second, while others want its place, is cut off as an idle one is,
        // and counted.
        double counted = cut() - cutBefore;
        assertTrue(broken.get() <= counted, () -> broken + " scrapes of a burst broke off, " + counted + " counted");
    }

    private void slowHeads(AtomicBoolean over, int count) throws IOException {
        List<Socket> clients = new ArrayList<>();
        try {
            while (!over.get()) {
                while (clients.size() < count && !over.get()) {
                    clients.add(client("GET /metrics HTTP/1.1\r\nX: ", 0));
                }
                for (Iterator<Socket> each = clients.iterator(); each.hasNext(); ) {
                    Socket socket = each.next();
                    try {
                        socket.getOutputStream().write('x');
                    } catch (IOException e) {
                        socket.close();
                        each.remove();
                    }
                }
                LockSupport.parkNanos(100_000_000L);
            }
        } finally {
            for (Socket socket : clients) {
                socket.close();
            }
        }
    }

    private void oversized(AtomicBoolean over) {
        byte[] piece = new byte[64 * 1024];
        Arrays.fill(piece, (byte) 'a');
        while (!over.get()) {
            try (Socket socket = client("GET /metrics HTTP/1.1\r\nX: ", 0)) {
                for (int i = 0; i < 160 && !over.get(); i++) {
                    socket.getOutputStream().write(piece);
                }
            } catch (IOException e) {
                continue; // refused on the way, as it should be
            }
        }
    }

    private static void write(List<Row> rows) throws IOException {
        StringBuilder table = new StringBuilder();
        for (Row row : rows) {
            List<Double> millis = row.scrapeMillis;
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.0f | %s | %s | %d | %d | %d | %.0f |%n",
                    row.fault,
                    median(row.recordsPerMicro),
                    median(row.recordsPerCpuMicro),
                    millis.isEmpty() ? "-" : String.format(Locale.ROOT, "%.1f", median(millis)),
                    millis.isEmpty() ? "-" : String.format(Locale.ROOT, "%.0f", Collections.max(millis)),
                    row.comeAgain,
                    row.cut,
                    row.most,
                    row.heapBytes / 1e6));
        }
        Files.writeString(Path.of(TABLE), table, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
