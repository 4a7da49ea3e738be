package dev.evenkeel.leak.junit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Timer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * 200 tests of which 20 leak, in 8 classes. Which ones leak, and what, is drawn anew for each run; {@code ParallelBlameTest} runs
 * them. No tests of the build: they fail on purpose.
 */
final class SeededLeaks {
    static final String SWITCH = "evenkeel.leak.seeded";
    static final int TESTS_EACH = 25;

    static final List<Class<?>> CLASSES = List.of(
            Orders.class,
            Prices.class,
            Stock.class,
            Mail.class,
            Search.class,
            Users.class,
            Billing.class,
            Reports.class);

    /** So many of the first classes make a short run. */
    static final int FEW = 2;

    private static final int LEAKS_OF_FEW = 5;
    private static final int LEAKS_COUNTED = 14;
    private static final int LEAKS_ON_HEAP = 6;
    private static final Map<String, Kind> SEEDS = new HashMap<>();
    private static final Map<String, List<Closeable>> OPEN = new ConcurrentHashMap<>();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private SeededLeaks() {}

    /** What a seeded test leaves behind. */
    private enum Kind {
        THREAD,
        EXECUTOR,
        TIMER,
        STREAM,
        SOCKET,
        PROCESS,
        TEMP_FILE,
        HEAP
    }

    /** Draws the leaks; returns the names of those tests. */
    static List<String> seed(long seed, boolean all) {
        Random random = new Random(seed);
        SEEDS.clear();
        Kind[] kinds = Kind.values();
        while (SEEDS.size() < (all ? LEAKS_COUNTED : LEAKS_OF_FEW)) {
            Class<?> type = CLASSES.get(random.nextInt(all ? CLASSES.size() - 1 : FEW));
            SEEDS.putIfAbsent(name(type, 1 + random.nextInt(TESTS_EACH)), kinds[SEEDS.size() % (kinds.length - 1)]);
        }
        while (all && SEEDS.size() < LEAKS_COUNTED + LEAKS_ON_HEAP) {
            SEEDS.putIfAbsent(name(Reports.class, 1 + random.nextInt(TESTS_EACH)), Kind.HEAP);
        }
        return SEEDS.keySet().stream().sorted().toList();
    }

    static String name(Class<?> type, int repetition) {
        return type.getSimpleName() + " " + repetition;
    }

    /** Gives back what the leaks took. */
    static void release() throws IOException {
        for (List<Closeable> left : OPEN.values()) {
            for (Closeable one : left) {
                one.close();
            }
        }
        OPEN.clear();
    }

    /**
     * Gives back what a test left when it was run again to be judged, and leaves what it had left before: else the last tests
     * would run beside thousands of threads, which measures the machine and not who is blamed.
     */
    private static void giveBackRepetitions(Class<?> type, RepetitionInfo repetition) throws IOException {
        List<Closeable> left = OPEN.getOrDefault(name(type, repetition.getCurrentRepetition()), new ArrayList<>());
        while (left.size() > 1) {
            left.remove(left.size() - 1).close();
        }
    }

    /** An object that stays with what takes things back. */
    record Row(int id, byte[] body) implements Closeable {
        @Override
        public void close() {}
    }

    /** One test's work: healthy, with threads and files that come and go, and perhaps with a leak. */
    private static void work(Class<?> type, RepetitionInfo repetition) throws Exception {
        healthy(repetition.getCurrentRepetition());
        String test = name(type, repetition.getCurrentRepetition());
        Kind leak = SEEDS.get(test);
        if (leak != null) {
            OPEN.computeIfAbsent(test, t -> new ArrayList<>())
                    .add(leak(leak, type.getSimpleName().toLowerCase(Locale.ROOT)));
        }
    }

    private static ThreadFactory named(String prefix) {
        return task -> {
            Thread thread = new Thread(task, prefix + "-" + NUMBER.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private static void healthy(int n) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(1 + n % 3, named("healthy"));
        int[] sum = {0};
        executor.submit(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        sum[0] += i;
                    }
                })
                .get();
        executor.shutdown();
        if (n % 4 == 0) {
            Path file = Files.createTempFile("healthy", ".txt");
            try (InputStream in = new FileInputStream(file.toFile())) {
                assertTrue(in.read() < 0);
            }
            Files.delete(file);
        }
        if (n % 5 == 0) {
            try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
                assertTrue(socket.getLocalPort() > 0);
            }
        }
    }

    /** Leaves something behind; returns what takes it back. */
    private static Closeable leak(Kind kind, String name) throws IOException {
        return switch (kind) {
            case THREAD -> {
                CountDownLatch end = new CountDownLatch(1);
                named(name)
                        .newThread(() -> {
                            try {
                                end.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        })
                        .start();
                yield end::countDown;
            }
            case EXECUTOR -> {
                ExecutorService executor = Executors.newFixedThreadPool(1, named(name));
                executor.submit(() -> 1);
                yield executor::shutdownNow;
            }
            case TIMER -> {
                Timer timer = new Timer(name + "-timer", true);
                yield timer::cancel;
            }
            case STREAM -> {
                Path file = Files.createTempFile(name, ".txt");
                InputStream stream = new FileInputStream(file.toFile());
                Files.delete(file);
                yield stream;
            }
            case SOCKET -> new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
            case PROCESS -> {
                Process child = new ProcessBuilder("sleep", "600").start();
                yield child::destroyForcibly;
            }
            case TEMP_FILE -> {
                Path file = Files.createTempFile(name, ".part");
                yield () -> Files.deleteIfExists(file);
            }
            case HEAP -> new Row(NUMBER.incrementAndGet(), new byte[40]);
        };
    }

    /** Counted things: judged once, beside others. */
    @EnabledIfSystemProperty(named = SWITCH, matches = "true")
    @DetectLeaks(mode = DetectLeaks.Mode.ONCE, heap = false, lingerMillis = 60)
    abstract static class Counted {
        @RepeatedTest(TESTS_EACH)
        void works(RepetitionInfo repetition) throws Exception {
            work(getClass(), repetition);
        }

        @AfterEach
        void giveBack(RepetitionInfo repetition) throws IOException {
            giveBackRepetitions(getClass(), repetition);
        }
    }

    static class Orders extends Counted {}

    static class Prices extends Counted {}

    static class Stock extends Counted {}

    static class Mail extends Counted {}

    static class Search extends Counted {}

    static class Users extends Counted {}

    static class Billing extends Counted {}

    /** The heap is the whole process's: judged in rounds, alone. */
    @EnabledIfSystemProperty(named = SWITCH, matches = "true")
    @DetectLeaks(iterations = 5, lingerMillis = 60)
    static class Reports {
        @RepeatedTest(TESTS_EACH)
        void works(RepetitionInfo repetition) throws Exception {
            work(getClass(), repetition);
        }

        @AfterEach
        void giveBack(RepetitionInfo repetition) throws IOException {
            giveBackRepetitions(getClass(), repetition);
        }
    }
}
