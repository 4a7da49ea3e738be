package dev.evenkeel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CulpritsTest {
    private static final Evidence BEFORE = new Evidence(List.of(
            new Evidence.Row("open_fds", "socket", 60, 60),
            new Evidence.Row("open_fds", "/tmp/planted-*", 2, 2),
            new Evidence.Row("heap_live", "byte[]", 1000, 40_000)));

    @Test
    void whatGrewMostComesFirstWithItsShareOfTheSlope() {
        Evidence after = new Evidence(List.of(
                new Evidence.Row("open_fds", "socket", 62, 62),
                new Evidence.Row("open_fds", "/tmp/planted-*", 12, 12),
                new Evidence.Row("heap_live", "byte[]", 2000, 80_000)));

        List<Culprit> found = Culprits.of(WatchedResource.OPEN_FDS, BEFORE, after, 1 / 30.0, 360);

        assertEquals(
                List.of("/tmp/planted-*", "socket"),
                found.stream().map(Culprit::what).toList());
        assertEquals("+10 in 2 min, now 12", found.get(0).evidence());
        assertEquals(300, found.get(0).perHour(), 1e-9);
        assertEquals(300.0 / 360, found.get(0).share(), 1e-9);
    }

    @Test
    void aKindThatWasNotThereBeforeCountsFromZero() {
        Evidence after = new Evidence(List.of(new Evidence.Row("heap_live", "com.shop.Order", 500, 12_000)));

        Culprit found = Culprits.of(WatchedResource.HEAP_LIVE, BEFORE, after, 0.5, 24_000)
                .get(0);

        assertEquals("com.shop.Order", found.what());
        assertEquals("+500 instances and +11.7 KiB in 30 min, now 500 instances", found.evidence());
        assertEquals(1, found.share());
    }

    @Test
    void theClassThatKeepsTheArraysComesBeforeTheArrays() {
        Evidence after = new Evidence(List.of(
                new Evidence.Row("heap_live", "byte[]", 2000, 440_000),
                new Evidence.Row("heap_live", "java.lang.String", 1000, 24_000),
                new Evidence.Row("heap_live", "com.shop.Cache$Entry", 1000, 24_000),
                new Evidence.Row("heap_live", "com.shop.Config", 3, 90_000)));

        List<Culprit> found = Culprits.of(WatchedResource.HEAP_LIVE, BEFORE, after, 1, 540_000);

        assertEquals(
                List.of("com.shop.Cache$Entry", "byte[]", "com.shop.Config"),
                found.stream().map(Culprit::what).toList());
        assertEquals(24.0 / 540, found.get(0).share(), 1e-9, "its own share stays what it is");
    }

    /** As recorded of leaked class loaders: 45 of them, and ten times as many small arrays of the JDK's. */
    @Test
    void aClassThatIsFewButNewComesBeforeTheArrays() {
        Evidence after = new Evidence(List.of(
                new Evidence.Row("heap_live", "byte[]", 1509, 807_160),
                new Evidence.Row("heap_live", "java.lang.Class", 70, 8_320),
                new Evidence.Row("heap_live", "com.shop.Loader", 45, 3_960),
                new Evidence.Row("heap_live", "com.shop.Config", 9, 90)));

        List<Culprit> found = Culprits.of(WatchedResource.HEAP_LIVE, BEFORE, after, 1, 800_000);

        assertEquals(
                List.of("com.shop.Loader", "byte[]"),
                found.stream().map(Culprit::what).toList());
    }

    /** The holder of a buffer is small on the heap; what tells is that there are as many new ones as new buffers. */
    @Test
    void theClassThatKeepsTheBuffersComesBeforeThePool() {
        Evidence after = new Evidence(List.of(
                new Evidence.Row("direct_memory", "direct buffers", 40, 655_360),
                new Evidence.Row("heap_live", "byte[]", 1400, 56_000),
                new Evidence.Row("heap_live", "com.shop.Config", 3, 90_000),
                new Evidence.Row("heap_live", "com.shop.Connection", 38, 912)));

        List<Culprit> found = Culprits.of(WatchedResource.DIRECT_MEMORY, BEFORE, after, 1, 655_360);

        assertEquals(
                List.of("com.shop.Connection", "direct buffers"),
                found.stream().map(Culprit::what).toList());
        assertEquals(1, found.get(1).share());
    }

    @Test
    void aPoolOfBuffersWithoutAHolderStandsAlone() {
        Evidence after = new Evidence(List.of(
                new Evidence.Row("direct_memory", "direct buffers", 40, 655_360),
                new Evidence.Row("heap_live", "com.shop.Connection", 380, 9_120)));

        assertEquals(
                List.of("direct buffers"),
                Culprits.of(WatchedResource.DIRECT_MEMORY, BEFORE, after, 1, 655_360).stream()
                        .map(Culprit::what)
                        .toList());
    }

    @Test
    void whereTheLineIsKnownItIsSaid() {
        String at = "com.shop.Poller.run(Poller.java:31)";
        Evidence after = new Evidence(List.of(new Evidence.Row("threads", "poller-*", 10, 10, at)));

        Culprit found =
                Culprits.of(WatchedResource.THREADS, BEFORE, after, 1, 10).get(0);

        assertEquals(at, found.at());
        assertEquals("+10 in 1 h, now 10, at " + at, found.evidence());
    }

    @Test
    void shrinkingAndTrivialKindsAreNoCulprits() {
        Evidence after = new Evidence(List.of(
                new Evidence.Row("open_fds", "socket", 50, 50), new Evidence.Row("open_fds", "/tmp/planted-*", 3, 3)));

        assertEquals(List.of(), Culprits.of(WatchedResource.OPEN_FDS, BEFORE, after, 1, 100));
    }

    @Test
    void noMoreThanThreeAreNamed() {
        Evidence after = new Evidence(java.util.stream.IntStream.range(0, 5)
                .mapToObj(i -> new Evidence.Row("threads", "worker-" + i, 10, 10))
                .toList());

        assertEquals(
                3, Culprits.of(WatchedResource.THREADS, BEFORE, after, 1, 50).size());
    }
}
