package dev.evenkeel.leak.corpus;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.FileHandler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/** Healthy code of kinds that {@link LookAlikes} has not; see {@link HeldOutLeaks}. */
final class HeldOutLookAlikes {

    private HeldOutLookAlikes() {}

    static void add(Corpus.Builder corpus) {
        lookAlike(corpus, "threads made and never started", HeldOutLookAlikes::neverStarted);
        lookAlike(corpus, "compressors left to their cleaners", HeldOutLookAlikes::droppedDeflaters);
        lookAlike(corpus, "hidden classes left to the collector", HeldOutLookAlikes::hiddenClasses);
        lookAlike(corpus, "library's cache of 300 at most", HeldOutLookAlikes::caffeine);
        lookAlike(corpus, "direct buffers lent from a pool", HeldOutLookAlikes::bufferPool);
        lookAlike(corpus, "counters that spread under contention", HeldOutLookAlikes::counters);
        lookAlike(corpus, "map emptied at 700 entries", HeldOutLookAlikes::emptiedMap);
        lookAlike(corpus, "connections kept alive by the URL handler", HeldOutLookAlikes::urlConnections);
        lookAlike(corpus, "history that a thread of its own fills", HeldOutLookAlikes::backgroundHistory);
        lookAlike(corpus, "log in three files that rotate", HeldOutLookAlikes::rotatingLog);
        lookAlike(corpus, "entries that expire after 100 ms", HeldOutLookAlikes::expiring);
        lookAlike(corpus, "sessions by user, fifty users", HeldOutLookAlikes::sessions);
        corpus.lookAlike(21, HeldOutLeaks.PREFIX + "virtual threads that sleep a moment", HeldOutLookAlikes::sleepers);
    }

    private static void lookAlike(Corpus.Builder corpus, String name, CorpusCase.Opening opening) {
        corpus.lookAlike(HeldOutLeaks.PREFIX + name, opening);
    }

    private record Item(int id, byte[] body) {}

    private static Subject neverStarted() {
        int[] n = {0};
        return () -> {
            Thread thread = new Thread(() -> n[0]--, "spare-" + n[0]);
            if (thread.isAlive()) {
                throw new IllegalStateException("nobody started it");
            }
            n[0]++;
        };
    }

    private static Subject droppedDeflaters() {
        return () -> {
            Deflater deflater = new Deflater(1);
            deflater.setInput(new byte[100]);
            deflater.finish();
            deflater.deflate(new byte[200]);
        };
    }

    private static Subject hiddenClasses() throws IOException {
        byte[] code;
        String name = HeldOutLeaks.Rule.class.getName();
        String file = name.substring(HeldOutLeaks.Rule.class.getPackageName().length() + 1) + ".class";
        try (InputStream in = HeldOutLeaks.Rule.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IOException("no class file " + file);
            }
            code = in.readAllBytes();
        }
        List<Class<?>> latest = new ArrayList<>();
        return () -> {
            latest.add(MethodHandles.lookup().defineHiddenClass(code, true).lookupClass());
            if (latest.size() > 6) {
                latest.clear();
            }
        };
    }

    private static Subject caffeine() {
        Cache<Integer, Item> cache =
                Caffeine.newBuilder().maximumSize(300).recordStats().build();
        Random random = new Random(21);
        return () -> cache.get((int) Math.abs(random.nextGaussian() * 300), id -> new Item(id, new byte[200]));
    }

    private static Subject bufferPool() {
        Deque<ByteBuffer> idle = new ArrayDeque<>();
        Random random = new Random(22);
        return () -> {
            List<ByteBuffer> lent = new ArrayList<>();
            for (int i = random.nextInt(16); i >= 0; i--) {
                lent.add(idle.isEmpty() ? ByteBuffer.allocateDirect(4_096) : idle.pop());
            }
            idle.addAll(lent);
        };
    }

    private static Subject counters() {
        ExecutorService pool = Executors.newFixedThreadPool(4, ThreadCases.named("count-"));
        Map<String, LongAdder> counters = new ConcurrentHashMap<>();
        int[] n = {0};
        return Subject.of(
                () -> {
                    LongAdder adder = counters.computeIfAbsent("route " + n[0]++ / 10 % 12, r -> new LongAdder());
                    List<Future<?>> all = new ArrayList<>();
                    for (int t = 0; t < 4; t++) {
                        all.add(pool.submit(() -> {
                            for (int i = 0; i < 2_000; i++) {
                                adder.increment();
                            }
                        }));
                    }
                    for (Future<?> one : all) {
                        one.get();
                    }
                },
                pool::shutdownNow);
    }

    private static Subject emptiedMap() {
        Map<Integer, Item> map = new HashMap<>();
        int[] n = {0};
        return () -> {
            map.put(n[0], new Item(n[0]++, new byte[60]));
            if (map.size() == 700) {
                map.clear();
            }
        };
    }

    private static Subject urlConnections() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
            exchange.close();
        });
        server.start();
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        return Subject.of(
                () -> {
                    HttpURLConnection connection =
                            (HttpURLConnection) uri.toURL().openConnection();
                    try (InputStream in = connection.getInputStream()) {
                        if (in.readAllBytes().length != 2) {
                            throw new IOException("not the answer of this server");
                        }
                    }
                },
                () -> server.stop(0));
    }

    private static Subject backgroundHistory() {
        Deque<Item> history = new ConcurrentLinkedDeque<>();
        ScheduledExecutorService sampler = Executors.newScheduledThreadPool(1, ThreadCases.named("sampler-"));
        int[] n = {0};
        var unused = sampler.scheduleAtFixedRate(
                () -> {
                    history.add(new Item(n[0]++, new byte[40]));
                    if (n[0] > 600) {
                        history.poll();
                    }
                },
                1,
                1,
                TimeUnit.MILLISECONDS);
        return Subject.of(
                () -> {
                    if (history.peekLast() == null) {
                        Thread.onSpinWait();
                    }
                },
                sampler::shutdownNow);
    }

    private static Subject rotatingLog() throws IOException {
        Path directory = Files.createTempDirectory("rotating");
        FileHandler handler = new FileHandler(directory.resolve("shop-%g.log").toString(), 8_000, 3);
        int[] n = {0};
        return Subject.of(() -> handler.publish(new LogRecord(Level.INFO, "order " + n[0]++ + " was paid")), () -> {
            handler.close();
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        });
    }

    private static Subject expiring() {
        Map<Integer, Long> madeAt = new LinkedHashMap<>();
        Map<Integer, Item> entries = new HashMap<>();
        int[] n = {0};
        return () -> {
            long now = System.nanoTime();
            madeAt.entrySet().removeIf(made -> {
                boolean old = now - made.getValue() > 100_000_000;
                if (old) {
                    entries.remove(made.getKey());
                }
                return old;
            });
            madeAt.put(n[0], now);
            entries.put(n[0], new Item(n[0]++, new byte[80]));
        };
    }

    private static Subject sessions() {
        Map<String, Item> byUser = new ConcurrentHashMap<>();
        Random random = new Random(23);
        int[] n = {0};
        return () -> {
            String user = "user " + (int) (50 * Math.pow(random.nextDouble(), 3));
            byUser.put(user, new Item(n[0]++, new byte[random.nextInt(400)]));
        };
    }

    private static Subject sleepers() {
        return () -> {
            for (int i = 0; i < 5; i++) {
                ThreadCases.Later.startVirtualThread(() -> {
                    try {
                        Thread.sleep(20);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
        };
    }
}
