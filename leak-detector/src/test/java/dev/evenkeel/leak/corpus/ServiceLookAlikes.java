package dev.evenkeel.leak.corpus;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListResourceBundle;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.ResourceBundle;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;

/** Healthy code of a service that grows for a while, or seems to; see {@link ServiceLeaks}. */
final class ServiceLookAlikes {

    private ServiceLookAlikes() {}

    static void add(Corpus.Builder corpus) {
        lookAlike(corpus, "cache by use of 1200", ServiceLookAlikes::lateFull);
        lookAlike(corpus, "names of a bounded set, made unique", ServiceLookAlikes::names);
        lookAlike(corpus, "pool that grows with the load", ServiceLookAlikes::growingPool);
        lookAlike(corpus, "table that doubles up to its bound", ServiceLookAlikes::table);
        lookAlike(corpus, "weak listeners pruned at a hundred", ServiceLookAlikes::weakListeners);
        lookAlike(corpus, "log buffered for three hundred calls", ServiceLookAlikes::bufferedLog);
        lookAlike(corpus, "counters by route and status", ServiceLookAlikes::counters);
        lookAlike(corpus, "buffer as large as the largest message", ServiceLookAlikes::largestMessage);
        lookAlike(corpus, "reservoir of 500 samples", ServiceLookAlikes::reservoir);
        lookAlike(corpus, "statements, 64 for each of four connections", ServiceLookAlikes::statements);
        lookAlike(corpus, "time zones and formats by country", ServiceLookAlikes::zones);
        lookAlike(corpus, "services looked up late", ServiceLookAlikes::services);
        lookAlike(corpus, "handles that their cleaner frees", ServiceLookAlikes::cleaned);
        lookAlike(corpus, "temporary files that a sweeper deletes", ServiceLookAlikes::swept);
        lookAlike(corpus, "texts by language", ServiceLookAlikes::bundles);
        lookAlike(corpus, "digest that is compressed when it is full", ServiceLookAlikes::digest);
        lookAlike(corpus, "backlog of an outage that ends", ServiceLookAlikes::outage);
        lookAlike(corpus, "requests of the last second", ServiceLookAlikes::lastSecond);
        lookAlike(corpus, "handlers made at the first error of their kind", ServiceLookAlikes::errorKinds);
        lookAlike(corpus, "documents parsed", ServiceLookAlikes::documents);
        lookAlike(corpus, "orders signed", ServiceLookAlikes::signatures);
        lookAlike(corpus, "connections that both sides close", ServiceLookAlikes::connections);
    }

    private static void lookAlike(Corpus.Builder corpus, String name, CorpusCase.Opening opening) {
        corpus.lookAlike(ServiceLeaks.PREFIX + name, opening);
    }

    private record Product(int id, byte[] text) {}

    private static Subject lateFull() {
        Map<Integer, Product> cache = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Product> eldest) {
                return size() > 1_200;
            }
        };
        int[] n = {0};
        return () -> cache.put(n[0], new Product(n[0]++, new byte[60]));
    }

    private static Subject names() {
        Map<String, String> names = new ConcurrentHashMap<>();
        Random random = new Random(31);
        return () -> {
            String name = "warehouse " + (int) (400 * Math.pow(random.nextDouble(), 2));
            names.putIfAbsent(name, name);
        };
    }

    private static Subject growingPool() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                0, 12, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), ThreadCases.named("request-"));
        int[] n = {0};
        return Subject.of(
                () -> {
                    int clients = 1 + Math.min(11, n[0]++ / 15);
                    CountDownLatch together = new CountDownLatch(clients);
                    List<Future<?>> all = new ArrayList<>();
                    for (int i = 0; i < clients; i++) {
                        all.add(pool.submit(() -> {
                            together.countDown();
                            together.await();
                            return 1;
                        }));
                    }
                    for (Future<?> one : all) {
                        one.get();
                    }
                    while (pool.getActiveCount() > 0) {
                        Thread.onSpinWait();
                    }
                },
                pool::shutdownNow);
    }

    /** Seven more each call; the oldest go when there are two thousand. */
    private static Subject table() {
        Map<Long, Long> table = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
                return size() > 2_000;
            }
        };
        long[] n = {1_000};
        return () -> {
            for (int i = 0; i < 7; i++) {
                table.put(n[0]++, n[0]);
            }
        };
    }

    private static Subject weakListeners() {
        List<WeakReference<Runnable>> listeners = new ArrayList<>();
        int[] n = {0};
        return () -> {
            Runnable listener = () -> n[0]++;
            listeners.add(new WeakReference<>(listener));
            if (listeners.size() > 100) {
                listeners.removeIf(l -> l.get() == null);
            }
            listener.run();
        };
    }

    private static Subject bufferedLog() {
        StringBuilder buffer = new StringBuilder();
        int[] lines = {0};
        return () -> {
            buffer.append("GET /orders/").append(lines[0]).append(" 200\n");
            if (++lines[0] % 300 == 0) {
                buffer.setLength(0);
                buffer.trimToSize();
            }
        };
    }

    private static Subject counters() {
        Map<String, LongAdder> counters = new ConcurrentHashMap<>();
        Random random = new Random(32);
        return () -> {
            String route = "route " + (int) Math.min(23, -6 * Math.log(1 - random.nextDouble()));
            String status = random.nextInt(30) == 0 ? " 500" : " 200";
            counters.computeIfAbsent(route + status, key -> new LongAdder()).increment();
        };
    }

    /** Three in four messages are small; the largest of all so far decides. */
    private static Subject largestMessage() {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        Random random = new Random(33);
        return () -> {
            buffer.reset();
            int length = (int) Math.min(60_000, 200 / Math.pow(1 - random.nextDouble(), 1.2));
            buffer.writeBytes(new byte[length]);
        };
    }

    private static Subject reservoir() {
        List<Product> samples = new ArrayList<>();
        Random random = new Random(34);
        int[] n = {0};
        return () -> {
            Product product = new Product(n[0]++, new byte[random.nextInt(100)]);
            if (samples.size() < 500) {
                samples.add(product);
            } else {
                int at = random.nextInt(n[0]);
                if (at < 500) {
                    samples.set(at, product);
                }
            }
        };
    }

    private static Subject statements() {
        List<Map<String, int[]>> connections = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            connections.add(new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, int[]> eldest) {
                    return size() > 64;
                }
            });
        }
        Random random = new Random(35);
        return () -> connections
                .get(random.nextInt(4))
                .computeIfAbsent("select " + random.nextInt(200) + " from orders", sql -> new int[6]);
    }

    private static Subject zones() {
        List<String> zones =
                ZoneId.getAvailableZoneIds().stream().sorted().limit(150).toList();
        Locale[] locales = {Locale.GERMANY, Locale.JAPAN, Locale.FRANCE, Locale.ITALY, Locale.CANADA_FRENCH};
        int[] n = {0};
        return () -> {
            DateTimeFormatter format = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG)
                    .withLocale(locales[n[0] / 25 % locales.length])
                    .withZone(ZoneId.of(zones.get(n[0]++ % zones.size())));
            if (format.format(Instant.EPOCH).isEmpty()) {
                throw new IllegalStateException("no date");
            }
        };
    }

    private static Subject services() {
        List<Object> found = new ArrayList<>();
        int[] n = {0};
        return () -> {
            if (++n[0] == 45) {
                ServiceLoader.load(FileSystemProvider.class).forEach(found::add);
            } else if (n[0] == 70) {
                ServiceLoader.load(java.nio.charset.spi.CharsetProvider.class).forEach(found::add);
            }
        };
    }

    private static final class Handle {
        private final byte[] memory = new byte[100];

        Handle(Cleaner cleaner, LongAdder open) {
            open.increment();
            cleaner.register(this, open::decrement);
        }
    }

    private static Subject cleaned() {
        Cleaner cleaner = Cleaner.create();
        LongAdder open = new LongAdder();
        return () -> {
            Handle handle = new Handle(cleaner, open);
            handle.memory[0]++;
        };
    }

    private static Subject swept() throws IOException {
        Path directory = Files.createTempDirectory("uploads");
        Deque<Path> files = new ConcurrentLinkedDeque<>();
        ScheduledExecutorService sweeper = Executors.newScheduledThreadPool(1, ThreadCases.named("sweeper-"));
        var unused = sweeper.scheduleWithFixedDelay(() -> sweep(files), 30, 30, TimeUnit.MILLISECONDS);
        int[] n = {0};
        return Subject.of(() -> files.add(Files.write(directory.resolve("upload" + n[0]++), new byte[10])), () -> {
            sweeper.shutdown();
            sweeper.awaitTermination(5, TimeUnit.SECONDS);
            sweep(files);
            Files.delete(directory);
        });
    }

    private static void sweep(Deque<Path> files) {
        for (Path file = files.poll(); file != null; file = files.poll()) {
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    /** What a bundle is made of. */
    public static final class Texts extends ListResourceBundle {
        @Override
        protected Object[][] getContents() {
            return new Object[][] {{"greeting", "hello"}, {"bye", "so long"}};
        }
    }

    private static Subject bundles() {
        Locale[] locales = Locale.getAvailableLocales();
        int[] n = {0};
        return () -> {
            Locale locale = locales[n[0]++ % 80];
            if (!ResourceBundle.getBundle(Texts.class.getName(), locale).containsKey("bye")) {
                throw new IllegalStateException("no text for " + locale);
            }
        };
    }

    private static Subject digest() {
        Random random = new Random(36);
        double[][] centroids = {new double[16]};
        int[] size = {0};
        return () -> {
            for (int i = 0; i < 3; i++) {
                if (size[0] == centroids[0].length) {
                    centroids[0] = Arrays.copyOf(centroids[0], size[0] * 2);
                }
                centroids[0][size[0]++] = random.nextGaussian();
                if (size[0] == 400) {
                    centroids[0] = Arrays.copyOf(centroids[0], 100);
                    size[0] = 100;
                }
            }
        };
    }

    /** The other side is away from the tenth call to the 160th. */
    private static Subject outage() {
        Deque<Product> backlog = new ArrayDeque<>();
        int[] n = {0};
        return () -> {
            int number = n[0]++;
            backlog.add(new Product(number, new byte[50]));
            if (number < 10 || number > 160) {
                for (int i = 0; i < 5; i++) {
                    backlog.poll();
                }
            }
        };
    }

    private static Subject lastSecond() {
        Deque<long[]> requests = new ArrayDeque<>();
        return () -> {
            long now = System.nanoTime();
            requests.add(new long[] {now, 3});
            while (now - requests.element()[0] > 1_000_000_000L) {
                requests.remove();
            }
            long end = now + 500_000; // such work takes a while
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        };
    }

    private static Subject errorKinds() {
        Map<Integer, Product> handlers = new HashMap<>();
        int[] n = {0};
        return () -> {
            if (++n[0] % 17 == 0) {
                handlers.computeIfAbsent(n[0] / 17 % 12, kind -> new Product(kind, new byte[500]));
            }
        };
    }

    private static Subject documents() {
        int[] n = {0};
        return () -> {
            String text = "<order id='" + n[0]++ + "'><line sku='a" + n[0] % 50 + "'>2</line></order>";
            Document document = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
            if (document.getDocumentElement() == null) {
                throw new IOException("no order");
            }
        };
    }

    private static Subject signatures() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
        int[] n = {0};
        return () -> {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(("order " + n[0]++).getBytes(StandardCharsets.UTF_8));
            if (signature.sign().length == 0) {
                throw new IllegalStateException("no signature");
            }
        };
    }

    private static Subject connections() throws IOException {
        ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        ExecutorService pool = Executors.newFixedThreadPool(2, ThreadCases.named("answer-"));
        return Subject.of(
                () -> {
                    try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
                        Socket accepted = server.accept();
                        Future<?> answer = pool.submit(() -> {
                            try (accepted) {
                                accepted.getOutputStream().write(42);
                            }
                            return 1;
                        });
                        InputStream in = client.getInputStream();
                        if (in.read() != 42 || in.read() != -1) {
                            throw new IOException("another answer");
                        }
                        answer.get();
                    }
                },
                () -> {
                    pool.shutdownNow();
                    server.close();
                });
    }
}
