package dev.evenkeel.leak.corpus;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.lang.management.ManagementFactory;
import java.lang.ref.Cleaner;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.logging.FileHandler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;

/**
 * Leaks of kinds that the rest of the corpus has not, written after the detector and scored once before it was changed for any of
 * them; docs/leaks.md has that score. From then on they are cases like the others.
 */
final class HeldOutLeaks {
    static final String PREFIX = "held out: ";

    private HeldOutLeaks() {}

    static void add(Corpus.Builder corpus) {
        twin(corpus, "listeners in an enum's constant", HeldOutLeaks::enumListeners, "Blotter", "Topic");
        twin(corpus, "class value that refers to its own key", HeldOutLeaks::classValue, "Plan", "Mapper");
        twin(corpus, "compressors kept by request", HeldOutLeaks::deflaters, "Deflater");
        twin(corpus, "stages behind the end of a long process", HeldOutLeaks::onExit, "Bell");
        twin(corpus, "futures that time out in an hour", HeldOutLeaks::orTimeout, "Reply");
        twin(corpus, "hidden classes kept", HeldOutLeaks::hiddenClasses, "Rule", "hidden");
        twin(corpus, "bean server per call", HeldOutLeaks::beanServer, "MBeanServer");
        twin(corpus, "tasks of one timer never cancelled", HeldOutLeaks::timerTasks, "Reminder");
        twin(
                corpus,
                "closed channels whose selector never selects",
                HeldOutLeaks::closedChannels,
                "socket",
                "Datagram");
        twin(corpus, "log file per call", HeldOutLeaks::logFile, "audit*.log");
        twin(corpus, "security provider per call", HeldOutLeaks::provider, "Vault");
        twin(corpus, "system property per request", HeldOutLeaks::systemProperty, "System.props", "Properties");
        twin(corpus, "call site behind ever more guards", HeldOutLeaks::guards, "CallSite", "Dispatcher");
        twin(corpus, "stream in memory never reset", HeldOutLeaks::capture, "Capture");
        twin(corpus, "array of times copied to double its length", HeldOutLeaks::times, "Latencies");
        twin(corpus, "walk through a directory left early", HeldOutLeaks::walk, "archive-tree");
        twin(corpus, "connection of a pool with a bean kept", HeldOutLeaks::pooled, "Pool (shop*)");
        twin(corpus, "page of a server never taken down", HeldOutLeaks::pages, "Page");
        twin(corpus, "cleaning actions of an object that stays", HeldOutLeaks::cleaningActions, "Erase", "Cleanable");
    }

    private static void twin(Corpus.Builder corpus, String name, CorpusCase.Twin twin, String... culprits) {
        corpus.twin(PREFIX + name, twin, culprits);
    }

    private enum Topic {
        PRICES;

        private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    }

    private static final class Blotter implements Consumer<String> {
        private String last = "";

        @Override
        public void accept(String price) {
            last = price;
        }
    }

    private static Subject enumListeners(boolean leaking) {
        return Subject.of(
                () -> {
                    Blotter blotter = new Blotter();
                    Topic.PRICES.listeners.add(blotter);
                    Topic.PRICES.listeners.get(0).accept("42");
                    if (!leaking) {
                        Topic.PRICES.listeners.remove(blotter);
                    }
                },
                Topic.PRICES.listeners::clear);
    }

    /** The class keeps the value, the value this mapper, and the mapper the key under which the class keeps the value. */
    private static final class Mapper {
        private final ClassValue<Plan> plans;

        Mapper(boolean leaking) {
            plans = new ClassValue<>() {
                @Override
                protected Plan computeValue(Class<?> type) {
                    return new Plan(leaking ? Mapper.this : null);
                }
            };
        }
    }

    private record Plan(@org.jspecify.annotations.Nullable Mapper mapper) {}

    private static Subject classValue(boolean leaking) {
        return () -> new Mapper(leaking).plans.get(Blotter.class);
    }

    private static Subject deflaters(boolean leaking) {
        Map<Integer, Deflater> byRequest = new HashMap<>();
        int[] n = {0};
        return Subject.of(
                () -> {
                    Deflater deflater = new Deflater(1);
                    deflater.setInput(new byte[100]);
                    deflater.finish();
                    deflater.deflate(new byte[200]);
                    byRequest.put(n[0]++, deflater);
                    if (!leaking) {
                        byRequest.values().forEach(Deflater::end);
                        byRequest.clear();
                    }
                },
                () -> byRequest.values().forEach(Deflater::end));
    }

    private static final class Bell implements Consumer<Process> {
        private boolean rung;

        @Override
        public void accept(Process ended) {
            rung = true;
        }
    }

    private static Subject onExit(boolean leaking) throws IOException {
        Process database = new ProcessBuilder("sleep", "900").start();
        CompletableFuture<Process> end = database.onExit();
        int[] bells = {0};
        return Subject.of(
                () -> {
                    if (leaking || bells[0]++ == 0) {
                        var unused = end.thenAccept(new Bell());
                    }
                },
                database::destroyForcibly);
    }

    private static final class Reply extends CompletableFuture<String> {}

    private static Subject orTimeout(boolean leaking) {
        return () -> {
            Reply reply = new Reply();
            reply.orTimeout(1, TimeUnit.HOURS);
            if (!leaking) {
                reply.complete("here");
            }
        };
    }

    /** What is defined anew for each rule. */
    static final class Rule {
        final int limit = 3;
    }

    private static Subject hiddenClasses(boolean leaking) throws IOException {
        byte[] code;
        String file = Rule.class.getName().substring(Rule.class.getPackageName().length() + 1) + ".class";
        try (InputStream in = Rule.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IOException("no class file " + file);
            }
            code = in.readAllBytes();
        }
        List<Class<?>> rules = new ArrayList<>();
        return () -> {
            Class<?> rule = MethodHandles.lookup().defineHiddenClass(code, true).lookupClass();
            if (leaking || rules.isEmpty()) {
                rules.add(rule);
            }
        };
    }

    private static Subject beanServer(boolean leaking) {
        List<MBeanServer> all = new ArrayList<>();
        return Subject.of(
                () -> {
                    MBeanServer server = MBeanServerFactory.createMBeanServer("shop");
                    if (leaking) {
                        all.add(server);
                    } else {
                        MBeanServerFactory.releaseMBeanServer(server);
                    }
                },
                () -> all.forEach(MBeanServerFactory::releaseMBeanServer));
    }

    private static final class Reminder extends TimerTask {
        private int sent;

        @Override
        public void run() {
            sent++;
        }
    }

    private static Subject timerTasks(boolean leaking) {
        Timer timer = new Timer("reminders", true);
        return Subject.of(
                () -> {
                    Reminder reminder = new Reminder();
                    timer.schedule(reminder, 3_600_000, 3_600_000);
                    if (!leaking) {
                        reminder.cancel();
                        timer.purge();
                    }
                },
                timer::cancel);
    }

    private static Subject closedChannels(boolean leaking) throws IOException {
        Selector selector = Selector.open();
        return Subject.of(
                () -> {
                    DatagramChannel channel = DatagramChannel.open();
                    channel.configureBlocking(false);
                    channel.register(selector, SelectionKey.OP_READ);
                    channel.close(); // cancels its key, which leaves the selector with the next select
                    if (!leaking) {
                        selector.selectNow();
                    }
                },
                selector::close);
    }

    private static Subject logFile(boolean leaking) throws IOException {
        Path directory = Files.createTempDirectory("logs");
        List<FileHandler> all = new ArrayList<>();
        int[] n = {0};
        return Subject.of(
                () -> {
                    Path file = directory.resolve("audit-" + n[0]++ + ".log");
                    FileHandler handler = new FileHandler(file.toString());
                    handler.publish(new LogRecord(Level.INFO, "an order"));
                    if (leaking) {
                        all.add(handler);
                    } else {
                        handler.close();
                        Files.delete(file);
                    }
                },
                () -> all.forEach(FileHandler::close));
    }

    private static final class Vault extends Provider {
        private static final long serialVersionUID = 1;

        Vault(int n) {
            super("Vault" + n, "1", "keys of tenant " + n);
        }
    }

    private static Subject provider(boolean leaking) {
        List<String> added = new ArrayList<>();
        int[] n = {0};
        return Subject.of(
                () -> {
                    Vault vault = new Vault(n[0]++);
                    Security.addProvider(vault);
                    if (leaking) {
                        added.add(vault.getName());
                    } else {
                        Security.removeProvider(vault.getName());
                    }
                },
                () -> added.forEach(Security::removeProvider));
    }

    private static Subject systemProperty(boolean leaking) {
        int[] n = {0};
        return Subject.of(() -> System.setProperty("shop.request." + (leaking ? n[0]++ : 0), "started " + n[0]), () -> {
            while (n[0] >= 0) {
                System.clearProperty("shop.request." + n[0]--);
            }
        });
    }

    private static final class Dispatcher {
        private static final MethodHandle FALSE =
                MethodHandles.dropArguments(MethodHandles.constant(boolean.class, false), 0, Object.class);

        private final MutableCallSite site =
                new MutableCallSite(MethodHandles.empty(MethodType.methodType(String.class, Object.class)));

        void seen(int type, boolean leaking) {
            MethodHandle before =
                    leaking ? site.getTarget() : MethodHandles.empty(MethodType.methodType(String.class, Object.class));
            MethodHandle found =
                    MethodHandles.dropArguments(MethodHandles.constant(String.class, "type " + type), 0, Object.class);
            site.setTarget(MethodHandles.guardWithTest(FALSE, found, before));
        }
    }

    private static Subject guards(boolean leaking) {
        Dispatcher dispatcher = new Dispatcher();
        int[] n = {0};
        return () -> dispatcher.seen(n[0]++, leaking);
    }

    private static final class Capture {
        static final ByteArrayOutputStream SINK = new ByteArrayOutputStream();
    }

    private static Subject capture(boolean leaking) {
        return Subject.of(
                () -> {
                    Capture.SINK.writeBytes("a line that is kept for the report\n".getBytes(StandardCharsets.UTF_8));
                    if (!leaking && Capture.SINK.size() > 400) {
                        Capture.SINK.reset();
                    }
                },
                Capture.SINK::reset);
    }

    private static final class Latencies {
        private long[] nanos = new long[8];
        private int size;

        void add(long one) {
            if (size == nanos.length) {
                nanos = Arrays.copyOf(nanos, size * 2);
            }
            nanos[size++] = one;
        }
    }

    private static Subject times(boolean leaking) {
        Latencies latencies = new Latencies();
        return () -> {
            for (int i = 0; i < 4; i++) {
                latencies.add(i);
            }
            if (!leaking && latencies.size > 100) {
                latencies.size = 0;
            }
        };
    }

    private static Subject walk(boolean leaking) throws IOException {
        Path directory = Files.createTempDirectory("archive-tree");
        Path inner = Files.createDirectory(directory.resolve("year"));
        Path file = Files.createFile(inner.resolve("first"));
        return Subject.of(
                () -> {
                    Stream<Path> walk = Files.walk(directory);
                    if (walk.noneMatch(path -> path.endsWith("year"))) {
                        throw new IllegalStateException("no year in the archive");
                    }
                    if (!leaking) {
                        walk.close();
                    }
                },
                () -> {
                    Files.delete(file);
                    Files.delete(inner);
                    Files.delete(directory);
                });
    }

    /** As a well-known pool shows itself. */
    public interface ShopPoolMXBean {
        int getActiveConnections();
    }

    private static final class ShopPool implements ShopPoolMXBean {
        private final AtomicInteger active = new AtomicInteger();

        @Override
        public int getActiveConnections() {
            return active.get();
        }
    }

    private static Subject pooled(boolean leaking) throws Exception {
        ShopPool pool = new ShopPool();
        ObjectName name = new ObjectName("com.zaxxer.hikari:type=Pool (shop" + System.nanoTime() + ")");
        ManagementFactory.getPlatformMBeanServer().registerMBean(pool, name);
        return Subject.of(
                () -> {
                    pool.active.incrementAndGet();
                    if (!leaking) {
                        pool.active.decrementAndGet();
                    }
                },
                () -> ManagementFactory.getPlatformMBeanServer().unregisterMBean(name));
    }

    private static final class Page implements HttpHandler {
        private int shown;

        @Override
        public void handle(HttpExchange exchange) throws IOException {
            shown++;
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        }
    }

    private static Subject pages(boolean leaking) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        int[] n = {0};
        return Subject.of(
                () -> {
                    String path = "/orders/" + n[0]++;
                    server.createContext(path, new Page());
                    if (!leaking) {
                        server.removeContext(path);
                    }
                },
                () -> server.stop(0));
    }

    private record Erase(byte[] secret) implements Runnable {
        @Override
        public void run() {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static Subject cleaningActions(boolean leaking) {
        Cleaner cleaner = Cleaner.create();
        Object session = new Object();
        return Subject.of(
                () -> {
                    Cleaner.Cleanable cleanable = cleaner.register(session, new Erase(new byte[16]));
                    if (!leaking) {
                        cleanable.clean();
                    }
                },
                () -> java.lang.ref.Reference.reachabilityFence(session));
    }
}
