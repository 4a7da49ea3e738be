package dev.evenkeel.leak;

import dev.evenkeel.drift.Verdict;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/**
 * Injects real leaks at the rate that the report states as its limit, and counts how many are found. For {@code
 * .ci/leak-power}: {@code PowerMain objects|threads|descriptors INJECTIONS}. Ends with 1 when the share is more than 3 points off 0.9
 * and 500 or more were injected.
 */
final class PowerMain {
    private static final double CLAIMED = 0.9;
    private static final double TOLERANCE = 0.03;

    private record Injected(int n) {}

    private PowerMain() {}

    public static void main(String[] args) throws Exception {
        String what = args[0];
        int injections = Integer.parseInt(args[1]);
        LeakOptions options = LeakOptions.defaults()
                .withName("injected")
                .withHeap(what.equals("objects"))
                .withLinger(Duration.ofMillis(5))
                .withClearSoftReferences(false)
                .withSecondLook(false);
        DetectionPower power = new DetectionPower(options);
        double rate = what.equals("objects") ? power.heapRate() : power.rate();
        int found = 0;
        long start = System.nanoTime();
        Path file = Files.createTempFile("injected", ".bin");
        try {
            for (int i = 0; i < injections; i++) {
                found += inject(what, options, rate, new Random(1_000_003L * i), file) ? 1 : 0;
            }
        } finally {
            Files.delete(file);
        }
        double share = found / (double) injections;
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | 1 in %.1f iterations | %d | %.3f | %.0f |%n",
                what,
                injections,
                1 / rate,
                found,
                share,
                (System.nanoTime() - start) / 1e9);
        if (injections >= 500 && Math.abs(share - CLAIMED) > TOLERANCE) {
            System.exit(1);
        }
    }

    private static boolean inject(String what, LeakOptions options, double rate, Random random, Path file)
            throws IOException, InterruptedException {
        List<Object> kept = new ArrayList<>(1 << 13);
        List<InputStream> open = new ArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        try {
            LeakReport report = LeakDetector.verify(options, () -> {
                if (random.nextDouble() >= rate) {
                    return;
                }
                switch (what) {
                    case "objects" -> kept.add(new Injected(kept.size()));
                    case "descriptors" -> open.add(new FileInputStream(file.toFile()));
                    case "threads" -> {
                        Thread thread = new Thread(() -> hang(end), "injected");
                        thread.setDaemon(true);
                        thread.start();
                        threads.add(thread);
                    }
                    default -> throw new IllegalArgumentException(what + ": use objects, threads or descriptors");
                }
            });
            return report.verdict() == Verdict.FAIL;
        } finally {
            end.countDown();
            for (Thread thread : threads) {
                thread.join(); // one that still ends would hide the next injection's first
            }
            for (InputStream in : open) {
                in.close();
            }
        }
    }

    private static void hang(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
