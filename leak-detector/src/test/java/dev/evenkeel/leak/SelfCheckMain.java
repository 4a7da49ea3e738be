package dev.evenkeel.leak;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;

/**
 * Lets the detector judge itself: each iteration is a whole run over an action that does nothing. For
 * {@code .ci/leak-self}, which starts it on each collector. Ends with 1 when anything is retained.
 */
final class SelfCheckMain {
    private SelfCheckMain() {}

    public static void main(String[] args) {
        int runs = args.length == 0 ? 200 : Integer.parseInt(args[0]);
        int[] inner = {0};
        long start = System.nanoTime();
        LeakOptions each = LeakOptions.defaults()
                .withName("inner")
                .withIterations(1)
                .withRounds(3)
                .withLinger(Duration.ofMillis(20));
        LeakReport report = LeakDetector.verify(
                LeakOptions.defaults()
                        .withName("the detector")
                        .withIterations(Math.max(1, runs / 7))
                        .withTimeLimit(Duration.ofMinutes(20))
                        .withLinger(Duration.ofMillis(200)),
                () -> {
                    inner[0]++;
                    LeakDetector.verify(each, () -> {});
                });
        String collector = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %d | %s | %d | %.0f |%n",
                Runtime.version().feature(),
                collector,
                inner[0],
                report.verdict(),
                report.findings().size(),
                (System.nanoTime() - start) / 1e9);
        if (!report.findings().isEmpty() || report.verdict() != dev.evenkeel.drift.Verdict.PASS) {
            System.err.println(report.text());
            System.exit(1);
        }
    }
}
