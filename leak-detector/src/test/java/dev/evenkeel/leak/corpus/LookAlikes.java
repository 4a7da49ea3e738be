package dev.evenkeel.leak.corpus;

import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.metrics.MetricRegistry;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.StringConcatFactory;
import java.lang.management.ManagementFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import javax.management.ObjectName;
import org.HdrHistogram.Histogram;

/** Healthy code whose heap, threads or descriptors move. */
final class LookAlikes {

    private LookAlikes() {}

    static void add(Corpus.Builder corpus) {
        corpus.lookAlike("nothing at all", () -> () -> {});
        corpus.lookAlike("cache that fills to 250", () -> cache(250));
        corpus.lookAlike("cache that fills to 900", () -> cache(900));
        corpus.lookAlike("cache by use, random keys", LookAlikes::leastRecentlyUsed);
        corpus.lookAlike("lazy initialisation late", LookAlikes::lateLazy);
        corpus.lookAlike("common pool", LookAlikes::commonPool);
        corpus.lookAlike("soft cache", LookAlikes::softCache);
        corpus.lookAlike("weak cache", LookAlikes::weakCache);
        corpus.lookAlike("ring of random sizes", LookAlikes::ring);
        corpus.lookAlike("pool that makes a thread now and then, up to eight", LookAlikes::slowPool);
        corpus.lookAlike("pool whose threads come and go", LookAlikes::breathingPool);
        corpus.lookAlike("logging with a bounded tail", LookAlikes::logging);
        corpus.lookAlike("compiled while it runs", LookAlikes::compiled);
        corpus.lookAlike("HTTP clients left to the collector", LookAlikes::droppedClients);
        corpus.lookAlike("HTTP connections kept alive", LookAlikes::keepAlive);
        corpus.lookAlike("memoised reflection", LookAlikes::reflection);
        corpus.lookAlike("call sites linked late", LookAlikes::callSites);
        corpus.lookAlike("classes loaded late", LookAlikes::lateClasses);
        corpus.lookAlike("thread-local in each thread of a pool", LookAlikes::threadLocals);
        corpus.lookAlike("cache of patterns with a bound", LookAlikes::patterns);
        corpus.lookAlike("name look-ups", LookAlikes::names);
        corpus.lookAlike("connection pool that shrinks", LookAlikes::shrinkingPool);
        corpus.lookAlike("direct buffers left to their cleaners", LookAlikes::droppedBuffers);
        corpus.lookAlike("buffer flushed in batches", LookAlikes::batches);
        corpus.lookAlike("large buffer flushed seldom", LookAlikes::seldomFlushed);
        corpus.lookAlike("metric registry with forty series", LookAlikes::metrics);
        corpus.lookAlike("interned strings", LookAlikes::interned);
        corpus.lookAlike("timers that end", LookAlikes::timers);
        corpus.lookAlike("work that finishes a little later", LookAlikes::finishesLater);
        corpus.lookAlike("scheduled tasks that run", LookAlikes::scheduled);
        corpus.lookAlike("working set that breathes", LookAlikes::workingSet);
        corpus.lookAlike("words of a bounded vocabulary", LookAlikes::vocabulary);
        corpus.lookAlike("temporary files deleted in batches", LookAlikes::tempFiles);
        corpus.lookAlike("child processes that end", LookAlikes::children);
        corpus.lookAlike("beans that come and go", LookAlikes::beans);
        corpus.lookAlike("threads that come and go", LookAlikes::threads);
        corpus.lookAlike("class loaders left to the collector", LookAlikes::loaders);
        corpus.lookAlike("last 128 events", LookAlikes::lastEvents);
        corpus.lookAlike("phantom references drained", LookAlikes::phantoms);
        corpus.lookAlike("exceptions thrown and caught", LookAlikes::exceptions);
        corpus.lookAlike("histogram that widens", LookAlikes::histogram);
        corpus.lookAlike("queue drained by another thread", LookAlikes::drained);
        corpus.lookAlike("formatters and class values", LookAlikes::classValues);
        corpus.lookAlike("deliveries retried in waves", LookAlikes::waves);
        corpus.lookAlike(21, "virtual threads that end", LookAlikes::virtualThreads);
    }

    private record Entry(int id, byte[] body) {}

    private static Subject cache(int bound) {
        Map<Integer, Entry> cache = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Entry> eldest) {
                return size() > bound;
            }
        };
        int[] n = {0};
        return () -> cache.put(n[0], new Entry(n[0]++, new byte[120]));
    }

    private static Subject leastRecentlyUsed() {
        Random random = new Random(11);
        Map<Integer, Entry> cache = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Entry> eldest) {
                return size() > 100;
            }
        };
        return () -> cache.computeIfAbsent(random.nextInt(400), id -> new Entry(id, new byte[random.nextInt(900)]));
    }

    private static Subject lateLazy() {
        Map<Integer, Entry> tables = new HashMap<>();
        int[] n = {0};
        return () -> {
            if (++n[0] % 37 == 0) {
                tables.computeIfAbsent(n[0] / 37 % 3, id -> new Entry(id, new byte[5_000]));
            }
        };
    }

    private static Subject commonPool() {
        return () -> CompletableFuture.supplyAsync(() -> 1)
                .thenCombineAsync(CompletableFuture.supplyAsync(() -> 2), Integer::sum)
                .orTimeout(30, TimeUnit.SECONDS)
                .get();
    }

    private static Subject softCache() {
        Map<Integer, SoftReference<Entry>> cache = new HashMap<>();
        int[] n = {0};
        return () -> {
            cache.values().removeIf(reference -> reference.get() == null);
            cache.put(n[0], new SoftReference<>(new Entry(n[0]++, new byte[2_000])));
        };
    }

    private static Subject weakCache() {
        Map<Object, Entry> cache = new WeakHashMap<>();
        int[] n = {0};
        return () -> {
            Object key = new Object();
            cache.put(key, new Entry(n[0]++, new byte[500]));
            cache.get(key);
        };
    }

    private static Subject ring() {
        Random random = new Random(12);
        byte[][] ring = new byte[64][];
        int[] n = {0};
        return () -> ring[n[0]++ % ring.length] = new byte[random.nextInt(20_000)];
    }

    private static Subject slowPool() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                8, 8, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), ThreadCases.named("keep-alive-"));
        pool.allowCoreThreadTimeOut(true);
        int[] n = {0};
        return Subject.of(
                () -> {
                    if (++n[0] % 7 == 0) {
                        pool.submit(() -> 1).get();
                    }
                },
                pool::shutdownNow);
    }

    private static Subject breathingPool() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                0, 16, 5, TimeUnit.MILLISECONDS, new SynchronousQueue<>(), ThreadCases.named("burst-"));
        int[] n = {0};
        return Subject.of(
                () -> {
                    List<CompletableFuture<Void>> all = new ArrayList<>();
                    for (int i = 0; i <= n[0] % 5; i++) {
                        all.add(CompletableFuture.runAsync(() -> {}, pool));
                    }
                    n[0]++;
                    for (CompletableFuture<Void> one : all) {
                        one.get();
                    }
                },
                pool::shutdownNow);
    }

    private static Subject logging() {
        Logger logger = Logger.getAnonymousLogger();
        SimpleFormatter formatter = new SimpleFormatter();
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
        int[] n = {0};
        return () -> logger.info("line " + n[0]++ + " of some length " + "x".repeat(n[0] % 50));
    }

    private static Subject compiled() {
        int[] n = {0};
        double[] sum = {0};
        return () -> {
            n[0]++;
            for (int i = 0; i < 3_000; i++) {
                String text = "v" + i + n[0];
                sum[0] += Math.sqrt(text.hashCode() & 0xff)
                        + List.of(i, n[0]).stream().mapToInt(Integer::intValue).sum();
            }
        };
    }

    private static Subject droppedClients() throws IOException {
        HttpServer server = server();
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        return Subject.of(
                () -> {
                    HttpClient client =
                            HttpClient.newHttpClient(); // on 17 it has no close: the collector ends its thread
                    client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
                },
                () -> server.stop(0));
    }

    private static HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
            exchange.close();
        });
        server.start();
        return server;
    }

    private static Subject keepAlive() throws IOException {
        HttpServer server = server();
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        HttpClient client = HttpClient.newHttpClient();
        int[] n = {0};
        return Subject.of(
                () -> {
                    List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
                    for (int i = 0; i <= n[0] % 3; i++) {
                        all.add(client.sendAsync(
                                HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()));
                    }
                    n[0]++;
                    for (CompletableFuture<HttpResponse<String>> one : all) {
                        one.get();
                    }
                },
                () -> server.stop(0));
    }

    /** A class with some methods to call. */
    public static final class Bean {
        public int a() {
            return 1;
        }

        public int b() {
            return 2;
        }

        public int c() {
            return 3;
        }
    }

    private static Subject reflection() {
        Map<String, Method> methods = new HashMap<>();
        Bean bean = new Bean();
        int[] n = {0};
        return () -> {
            String name = String.valueOf((char) ('a' + n[0]++ / 25 % 3));
            Method method = methods.get(name);
            if (method == null) {
                method = Bean.class.getMethod(name);
                methods.put(name, method);
            }
            method.invoke(bean); // after 15 calls the JVM writes an accessor class for it
        };
    }

    private static Subject callSites() {
        Map<Integer, Object> linked = new HashMap<>();
        int[] n = {0};
        return () -> {
            int site = ++n[0] / 20;
            if (site < 6 && !linked.containsKey(site)) {
                linked.put(
                        site,
                        StringConcatFactory.makeConcatWithConstants(
                                        MethodHandles.lookup(),
                                        "text",
                                        MethodType.methodType(String.class, int.class, String.class),
                                        "site " + site + " \1 and \1")
                                .dynamicInvoker());
            }
            IntSupplier lambda = site % 2 == 0 ? () -> site : () -> -site;
            lambda.getAsInt();
        };
    }

    private static Subject lateClasses() {
        Class<?>[][] groups = {
            {Runnable.class},
            {Comparable.class},
            {Runnable.class, Comparable.class},
            {IntSupplier.class},
            {IntSupplier.class, Runnable.class},
            {AutoCloseable.class}
        };
        int[] n = {0};
        return () -> {
            if (++n[0] % 9 == 0) {
                Proxy.newProxyInstance(
                        LookAlikes.class.getClassLoader(), groups[n[0] / 9 % groups.length], (p, m, a) -> null);
            }
        };
    }

    private static Subject threadLocals() {
        ExecutorService pool = Executors.newFixedThreadPool(8, ThreadCases.named("render-"));
        ThreadLocal<byte[]> scratch = ThreadLocal.withInitial(() -> new byte[3_000]);
        int[] n = {0};
        return Subject.of(
                () -> {
                    if (++n[0] % 5 == 0) {
                        pool.submit(() -> scratch.get()[0]++).get();
                    }
                },
                pool::shutdownNow);
    }

    private static Subject patterns() {
        Map<String, Pattern> cache = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Pattern> eldest) {
                return size() > 64;
            }
        };
        int[] n = {0};
        return () -> cache.computeIfAbsent("id-" + n[0]++ + "-[a-z]*", Pattern::compile)
                .matcher("id-1-a")
                .matches();
    }

    private static Subject names() {
        String[] names = {"localhost", "127.0.0.1", "127.0.0.2", "::1", "127.1.1.1"};
        int[] n = {0};
        return () -> {
            if (InetAddress.getAllByName(names[n[0]++ % names.length]).length == 0) {
                throw new IllegalStateException("no address");
            }
        };
    }

    private static Subject shrinkingPool() {
        Random random = new Random(13);
        Deque<Entry> idle = new ArrayDeque<>();
        int[] n = {0};
        return () -> {
            List<Entry> used = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                used.add(idle.isEmpty() ? new Entry(n[0]++, new byte[400]) : idle.pop());
            }
            idle.addAll(used);
            if (n[0] % 3 == 0) {
                idle.poll();
            }
            while (idle.size() > 12) {
                idle.poll();
            }
        };
    }

    private static Subject droppedBuffers() {
        return () -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(16_384);
            buffer.put(0, (byte) 1);
        };
    }

    private static Subject batches() {
        List<Entry> batch = new ArrayList<>();
        int[] n = {0};
        return () -> {
            batch.add(new Entry(n[0]++, new byte[90]));
            if (batch.size() == 64) {
                batch.clear();
            }
        };
    }

    private static Subject seldomFlushed() {
        List<Entry> batch = new ArrayList<>();
        int[] n = {0};
        return () -> {
            batch.add(new Entry(n[0]++, new byte[90]));
            if (batch.size() == 333) {
                batch.clear();
            }
        };
    }

    private static Subject metrics() {
        MetricRegistry registry = MetricRegistry.create();
        var orders = registry.counter("orders").labels("status").register();
        int[] n = {0};
        return Subject.of(() -> orders.bind("s" + n[0]++ / 3 % 40).increment(), registry::close);
    }

    private static Subject interned() {
        int[] n = {0};
        return () -> {
            String text = ("customer " + n[0]++).intern();
            if (text.isEmpty()) {
                throw new IllegalStateException("empty");
            }
        };
    }

    private static Subject timers() {
        int[] n = {0};
        return () -> {
            Timer timer = new Timer("alarm-" + n[0]++, true);
            timer.schedule(
                    new TimerTask() {
                        @Override
                        public void run() {
                            timer.cancel();
                        }
                    },
                    1);
        };
    }

    private static Subject finishesLater() {
        ScheduledExecutorService later = Executors.newScheduledThreadPool(1, ThreadCases.named("later-"));
        int[] n = {0};
        return Subject.of(
                () -> {
                    Entry entry = new Entry(n[0]++, new byte[300]);
                    later.schedule(() -> entry.body()[0]++, 30, TimeUnit.MILLISECONDS);
                },
                later::shutdownNow);
    }

    private static Subject scheduled() {
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(4, ThreadCases.named("tick-"));
        return Subject.of(
                () -> scheduler.schedule(() -> 1, 1, TimeUnit.MILLISECONDS).get(), scheduler::shutdownNow);
    }

    private static Subject workingSet() {
        Random random = new Random(14);
        List<Entry> set = new ArrayList<>();
        int[] n = {0};
        return () -> {
            for (int i = 0; i < 4; i++) {
                if (random.nextInt(120) >= set.size()) {
                    set.add(new Entry(n[0]++, new byte[random.nextInt(500)]));
                } else {
                    set.remove(random.nextInt(set.size()));
                }
            }
        };
    }

    private static Subject vocabulary() {
        Random random = new Random(15);
        Set<String> words = new HashSet<>();
        return () -> words.add("word " + (int) (150 * random.nextDouble() * random.nextDouble()));
    }

    private static Subject tempFiles() {
        Deque<Path> files = new ArrayDeque<>();
        return Subject.of(
                () -> {
                    files.add(Files.createTempFile("chunk", ".bin"));
                    if (files.size() == 17) {
                        while (!files.isEmpty()) {
                            Files.delete(files.remove());
                        }
                    }
                },
                () -> {
                    for (Path file : files) {
                        Files.delete(file);
                    }
                });
    }

    private static Subject children() {
        return () -> {
            Process child = new ProcessBuilder("true").start();
            child.waitFor();
            child.getOutputStream().close();
            child.getInputStream().close();
            child.getErrorStream().close();
        };
    }

    /** A bean's interface. */
    public interface ClockMXBean {
        long getNow();
    }

    private static final class Clock implements ClockMXBean {
        @Override
        public long getNow() {
            return 0;
        }
    }

    private static Subject beans() {
        int[] n = {0};
        return () -> {
            ObjectName name = new ObjectName("corpus:type=Clock,id=" + n[0]++);
            ManagementFactory.getPlatformMBeanServer().registerMBean(new Clock(), name);
            ManagementFactory.getPlatformMBeanServer().getAttribute(name, "Now");
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
        };
    }

    private static Subject threads() {
        var names = ThreadCases.named("short-");
        return () -> {
            Thread thread = names.newThread(() -> {});
            thread.start();
            thread.join();
            names.newThread(() -> {}).start(); // and one nobody waits for
        };
    }

    private static final class Loader extends ClassLoader {
        Class<?> define(Class<?> like) throws IOException {
            try (var in = like.getResourceAsStream("/" + like.getName().replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new IOException("no class file of " + like);
                }
                byte[] code = in.readAllBytes();
                return defineClass(like.getName(), code, 0, code.length);
            }
        }
    }

    private static Subject loaders() {
        return () -> {
            if (new Loader().define(Bean.class).getMethods().length == 0) {
                throw new IllegalStateException("no methods");
            }
        };
    }

    private static Subject lastEvents() {
        Deque<Entry> events = new ArrayDeque<>();
        Random random = new Random(16);
        int[] n = {0};
        return () -> {
            for (int i = random.nextInt(3); i >= 0; i--) {
                events.add(new Entry(n[0]++, new byte[random.nextInt(300)]));
            }
            while (events.size() > 128) {
                events.remove();
            }
        };
    }

    private static Subject phantoms() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        Set<Reference<?>> all = new HashSet<>();
        return () -> {
            all.add(new PhantomReference<>(new Object(), queue));
            for (Reference<?> dead = queue.poll(); dead != null; dead = queue.poll()) {
                all.remove(dead);
            }
        };
    }

    private static Subject exceptions() {
        int[] n = {0};
        return () -> {
            try {
                throw new IOException("attempt " + n[0]++, new IllegalStateException("cause"));
            } catch (IOException e) {
                e.addSuppressed(new IllegalArgumentException("beside"));
            }
        };
    }

    private static Subject histogram() {
        Histogram histogram = new Histogram(2);
        histogram.setAutoResize(true);
        long[] value = {100};
        return () -> {
            histogram.recordValue(value[0]);
            value[0] = Math.min(3_600_000_000_000L, value[0] + value[0] / 8 + 1);
        };
    }

    private static Subject drained() {
        LinkedBlockingQueue<Entry> queue = new LinkedBlockingQueue<>(50);
        Thread drain = ThreadCases.named("drain-").newThread(() -> {
            try {
                while (queue.take().id() >= 0) {
                    Thread.onSpinWait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        drain.start();
        int[] n = {0};
        return Subject.of(() -> queue.put(new Entry(n[0]++, new byte[250])), drain::interrupt);
    }

    private static Subject classValues() {
        ClassValue<Entry> values = new ClassValue<>() {
            @Override
            protected Entry computeValue(Class<?> type) {
                return new Entry(0, new byte[50]);
            }
        };
        Class<?>[] types = {String.class, List.class, Map.class, Entry.class, Bean.class, Random.class, Path.class};
        Locale[] locales = {Locale.ROOT, Locale.GERMANY, Locale.US, Locale.JAPAN, Locale.FRANCE};
        int[] n = {0};
        return () -> {
            values.get(types[++n[0] / 6 % types.length]);
            DateTimeFormatter.ofPattern("d MMMM uuuu", locales[n[0] / 8 % locales.length])
                    .format(LocalDate.of(2026, 1 + n[0] % 12, 5));
        };
    }

    private static Subject waves() {
        List<Entry> waiting = new ArrayList<>();
        int[] n = {0};
        return () -> {
            if (n[0]++ / 70 % 2 == 0) {
                waiting.add(new Entry(n[0], new byte[150]));
            } else if (!waiting.isEmpty()) {
                waiting.remove(waiting.size() - 1);
            }
        };
    }

    private static Subject virtualThreads() {
        return () -> {
            List<Thread> all = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                all.add(ThreadCases.Later.startVirtualThread(() -> {}));
            }
            for (Thread one : all) {
                one.join();
            }
        };
    }
}
