package dev.evenkeel.leak;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.SoftReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Leaks, each with the same code mended, and healthy code that looks like a leak to whoever takes one delta. */
final class LeakCorpus {

    private LeakCorpus() {}

    enum Truth {
        LEAK,
        FIXED,
        LOOK_ALIKE
    }

    /** One case; {@code open} builds it anew, closing it gives back what a leak took. */
    record Case(String name, Truth truth, String culprit, Opening open) {}

    interface Opening {
        Subject open() throws IOException;
    }

    interface Subject extends AutoCloseable {
        void iterate() throws Exception;

        @Override
        default void close() throws Exception {}
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        twin(cases, "thread", "corpus-poller-*", ThreadCase::new);
        twin(cases, "executor", "corpus-worker-*", ExecutorCase::new);
        twin(cases, "file stream", "corpus*.txt", StreamCase::new);
        twin(cases, "stream left to the collector", "corpus*.txt", DroppedStreamCase::new);
        twin(cases, "socket", "socket", SocketCase::new);
        twin(cases, "static list", Order.class.getName(), StaticListCase::new);
        twin(cases, "thread-local map", Session.class.getName(), ThreadLocalCase::new);
        twin(cases, "growing cache", Quote.class.getName(), CacheCase::new);
        twin(cases, "listener list", Panel.class.getName(), ListenerCase::new);
        twin(cases, "one object in sixteen iterations", Order.class.getName(), RareCase::new);
        cases.add(new Case("cache filling to its bound", Truth.LOOK_ALIKE, "", BoundedCacheCase::new));
        cases.add(new Case("lazy initialisation", Truth.LOOK_ALIKE, "", LazyCase::new));
        cases.add(new Case("common pool", Truth.LOOK_ALIKE, "", CommonPoolCase::new));
        cases.add(new Case("soft cache", Truth.LOOK_ALIKE, "", SoftCacheCase::new));
        cases.add(new Case("ring of random sizes", Truth.LOOK_ALIKE, "", RingCase::new));
        cases.add(new Case("keep-alive pool", Truth.LOOK_ALIKE, "", KeepAliveCase::new));
        cases.add(new Case("logging", Truth.LOOK_ALIKE, "", LoggingCase::new));
        cases.add(new Case("compiled while it runs", Truth.LOOK_ALIKE, "", CompiledCase::new));
        cases.add(new Case("nothing at all", Truth.LOOK_ALIKE, "", () -> () -> {}));
        return cases;
    }

    private interface Twin {
        Subject open(boolean leaking) throws IOException;
    }

    private static void twin(List<Case> cases, String name, String culprit, Twin twin) {
        cases.add(new Case(name, Truth.LEAK, culprit, () -> twin.open(true)));
        cases.add(new Case(name, Truth.FIXED, "", () -> twin.open(false)));
    }

    /* Leaks and their twins. */

    private static final class ThreadCase implements Subject {
        private final boolean leaking;
        private final CountDownLatch end = new CountDownLatch(1);
        private final AtomicInteger number = new AtomicInteger();

        ThreadCase(boolean leaking) {
            this.leaking = leaking;
        }

        @Override
        public void iterate() throws InterruptedException {
            Thread thread = new Thread(this::poll, "corpus-poller-" + number.incrementAndGet());
            thread.setDaemon(true);
            thread.start();
            if (!leaking) {
                thread.interrupt();
                thread.join();
            }
        }

        private void poll() {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            end.countDown();
        }
    }

    private static final class ExecutorCase implements Subject {
        private final boolean leaking;
        private final List<ExecutorService> all = new ArrayList<>();
        private final AtomicInteger number = new AtomicInteger();

        ExecutorCase(boolean leaking) {
            this.leaking = leaking;
        }

        @Override
        public void iterate() throws Exception {
            ExecutorService executor = Executors.newFixedThreadPool(1, named("corpus-worker-", number));
            executor.submit(() -> 42).get();
            if (leaking) {
                all.add(executor);
            } else {
                executor.shutdown(); // ends a moment later, which the linger must cover
            }
        }

        @Override
        public void close() {
            all.forEach(ExecutorService::shutdownNow);
        }
    }

    private static final class StreamCase implements Subject {
        private final boolean leaking;
        private final Path file = Files.createTempFile("corpus", ".txt");
        private final Deque<InputStream> open = new ArrayDeque<>();

        StreamCase(boolean leaking) throws IOException {
            this.leaking = leaking;
        }

        @Override
        public void iterate() throws IOException {
            InputStream in = new FileInputStream(file.toFile());
            in.read();
            if (leaking) {
                open.add(in);
            } else {
                in.close();
            }
        }

        @Override
        public void close() throws IOException {
            for (InputStream in : open) {
                in.close();
            }
            Files.delete(file);
        }
    }

    private static final class DroppedStreamCase implements Subject {
        private final boolean leaking;
        private final Path file = Files.createTempFile("corpus", ".txt");

        DroppedStreamCase(boolean leaking) throws IOException {
            this.leaking = leaking;
        }

        @Override
        public void iterate() throws IOException {
            InputStream in = new FileInputStream(file.toFile());
            in.read();
            if (!leaking) {
                in.close();
            }
        }

        @Override
        public void close() throws IOException {
            Files.delete(file);
        }
    }

    private static final class SocketCase implements Subject {
        private final boolean leaking;
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final Deque<Socket> open = new ArrayDeque<>();

        SocketCase(boolean leaking) throws IOException {
            this.leaking = leaking;
        }

        @Override
        public void iterate() throws IOException {
            Socket client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
            Socket accepted = server.accept();
            accepted.close();
            if (leaking) {
                open.add(client);
            } else {
                client.close();
            }
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : open) {
                socket.close();
            }
            server.close();
        }
    }

    record Order(int id) {}

    private static final class StaticListCase implements Subject {
        private static final List<Order> AUDIT = new ArrayList<>();
        private final boolean leaking;

        StaticListCase(boolean leaking) {
            this.leaking = leaking;
        }

        @Override
        public void iterate() {
            AUDIT.add(new Order(AUDIT.size()));
            if (!leaking) {
                AUDIT.clear();
            }
        }

        @Override
        public void close() {
            AUDIT.clear();
        }
    }

    private static final class RareCase implements Subject {
        private final boolean leaking;
        private final List<Order> kept = new ArrayList<>();
        private int n;

        RareCase(boolean leaking) {
            this.leaking = leaking;
        }

        @Override
        public void iterate() {
            Order order = new Order(n);
            if (leaking && ++n % 16 == 0) {
                kept.add(order);
            }
        }
    }

    record Session(String user) {}

    private static final class ThreadLocalCase implements Subject {
        private static final ThreadLocal<Map<Integer, Session>> SESSIONS = ThreadLocal.withInitial(HashMap::new);
        private final boolean leaking;
        private int n;

        ThreadLocalCase(boolean leaking) {
            this.leaking = leaking;
        }

        @Override
        public void iterate() {
            SESSIONS.get().put(n, new Session("user-" + n));
            if (!leaking) {
                SESSIONS.remove();
            }
            n++;
        }

        @Override
        public void close() {
            SESSIONS.remove();
        }
    }

    record Quote(String symbol, byte[] body) {}

    private static final class CacheCase implements Subject {
        private final boolean leaking;
        private final Map<String, Quote> cache = new HashMap<>();
        private int n;

        CacheCase(boolean leaking) {
            this.leaking = leaking;
        }

        @Override
        public void iterate() {
            String symbol = leaking ? "S" + n++ : "S" + n++ % 20;
            cache.computeIfAbsent(symbol, s -> new Quote(s, new byte[300]));
        }
    }

    private static final class Bus {
        final List<Runnable> listeners = new ArrayList<>();
    }

    private static final class Panel implements Runnable {
        private final int[] pixels = new int[64];

        @Override
        public void run() {
            pixels[0]++;
        }
    }

    private static final class ListenerCase implements Subject {
        private final boolean leaking;
        private final Bus bus = new Bus();

        ListenerCase(boolean leaking) {
            this.leaking = leaking;
        }

        @Override
        public void iterate() {
            Panel panel = new Panel();
            bus.listeners.add(panel);
            bus.listeners.forEach(Runnable::run);
            if (!leaking) {
                bus.listeners.remove(panel);
            }
        }
    }

    /* Look-alikes. */

    private static final class BoundedCacheCase implements Subject {
        private final Map<Integer, Quote> cache = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Quote> eldest) {
                return size() > 250;
            }
        };
        private int n;

        @Override
        public void iterate() {
            cache.put(n, new Quote("S" + n, new byte[200]));
            n++;
        }
    }

    private static final class LazyCase implements Subject {
        private final Map<Integer, Quote> tables = new HashMap<>();
        private int n;

        @Override
        public void iterate() {
            n++;
            if (n % 37 == 0) {
                int table = n / 37 % 3;
                tables.computeIfAbsent(table, t -> new Quote("T" + t, new byte[5_000]));
            }
        }
    }

    private static final class CommonPoolCase implements Subject {
        @Override
        public void iterate() throws Exception {
            CompletableFuture.supplyAsync(() -> 1)
                    .thenCombineAsync(CompletableFuture.supplyAsync(() -> 2), Integer::sum)
                    .orTimeout(30, TimeUnit.SECONDS)
                    .get();
        }
    }

    private static final class SoftCacheCase implements Subject {
        private final Map<Integer, SoftReference<Quote>> cache = new HashMap<>();
        private int n;

        @Override
        public void iterate() {
            cache.values().removeIf(reference -> reference.get() == null);
            cache.put(n, new SoftReference<>(new Quote("S" + n, new byte[2_000])));
            n++;
        }
    }

    private static final class RingCase implements Subject {
        private final Random random = new Random(20_261_121);
        private final byte[][] ring = new byte[64][];
        private int n;

        @Override
        public void iterate() {
            ring[n++ % ring.length] = new byte[random.nextInt(20_000)];
        }
    }

    private static final class KeepAliveCase implements Subject {
        private final ThreadPoolExecutor pool = new ThreadPoolExecutor(
                8,
                8,
                60,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                named("corpus-keepalive-", new AtomicInteger()));

        KeepAliveCase() {
            pool.allowCoreThreadTimeOut(true);
        }

        private int n;

        @Override
        public void iterate() throws Exception {
            n++;
            if (n % 7 == 0) { // a new thread every seventh iteration, until there are eight
                pool.submit(() -> 1).get();
            }
        }

        @Override
        public void close() {
            pool.shutdownNow();
        }
    }

    private static final class LoggingCase implements Subject {
        private final Logger logger = Logger.getAnonymousLogger();
        private int n;

        LoggingCase() {
            Formatter formatter = new SimpleFormatter();
            logger.setUseParentHandlers(false);
            logger.addHandler(new Handler() {
                private final Deque<String> tail = new ArrayDeque<>();

                @Override
                public void publish(LogRecord line) {
                    tail.add(formatter.format(line));
                    if (tail.size() > 40) {
                        tail.remove();
                    }
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            });
        }

        @Override
        public void iterate() {
            logger.info("iteration " + n++ + " of a loop with a line of some length " + "x".repeat(n % 50));
        }
    }

    private static final class CompiledCase implements Subject {
        private int n;
        private double sum;

        @Override
        public void iterate() {
            n++;
            for (int i = 0; i < 5_000; i++) {
                String text = "v" + i + n;
                sum += Math.sqrt(text.hashCode() & 0xff)
                        + List.of(i, n).stream().mapToInt(Integer::intValue).sum();
            }
            if (Double.isNaN(sum)) {
                throw new IllegalStateException("not a number");
            }
        }
    }

    private static ThreadFactory named(String prefix, AtomicInteger number) {
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    static boolean matches(String expected, String found) {
        if (!expected.startsWith("corpus")) {
            return expected.equals(found);
        }
        String[] parts = expected.split("\\*", -1);
        return found.contains(parts[0]) && found.endsWith(parts[parts.length - 1]);
    }
}
