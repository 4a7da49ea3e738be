package dev.evenkeel.leak.corpus;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Calls that take long, leaks that fill the memory, and files that do not lie where one looks first. */
final class ExtentCases {
    private static final int MEGABYTE = 1 << 20;

    private ExtentCases() {}

    static void add(Corpus.Builder corpus) {
        corpus.twin("slow call that keeps an object", ExtentCases::slow, "Claim");
        corpus.twin("megabyte kept a call", ExtentCases::megabytes, "Film");
        corpus.twin("five megabytes kept a call", ExtentCases::fiveMegabytes, "Film");
        corpus.twin("direct buffer of a megabyte kept a call", ExtentCases::directMegabytes, "direct", "Tile");
        corpus.twin("files in a directory of their own", ExtentCases::ownDirectory, "uploads*/part*");
        corpus.lookAlike("slow call whose cache has forty entries", ExtentCases::slowCache);
        corpus.lookAlike("large arrays dropped at once", ExtentCases::largeGarbage);
    }

    private record Claim(int number, byte[] text) {}

    private static void work() throws InterruptedException {
        Thread.sleep(100); // what is called takes so long, and no result is waited for
    }

    private static Subject slow(boolean leaking) {
        List<Claim> claims = new ArrayList<>();
        return () -> {
            work();
            claims.add(new Claim(claims.size(), new byte[50]));
            if (!leaking && claims.size() > 3) {
                claims.clear();
            }
        };
    }

    private static Subject slowCache() {
        Map<Integer, Claim> cache = new HashMap<>();
        int[] n = {0};
        return () -> {
            work();
            cache.computeIfAbsent(n[0]++ % 40, number -> new Claim(number, new byte[300]));
        };
    }

    private record Film(byte[] frames) {}

    private static Subject kept(boolean leaking, int bytes) {
        List<Film> films = new ArrayList<>();
        return () -> {
            if (!leaking) {
                films.clear();
            }
            films.add(new Film(new byte[bytes]));
        };
    }

    private static Subject megabytes(boolean leaking) {
        return kept(leaking, MEGABYTE);
    }

    private static Subject fiveMegabytes(boolean leaking) {
        return kept(leaking, 5 * MEGABYTE);
    }

    private static Subject largeGarbage() {
        return () -> {
            byte[] film = new byte[20 * MEGABYTE];
            film[film.length - 1] = 1;
        };
    }

    private record Tile(ByteBuffer pixels) {}

    private static Subject directMegabytes(boolean leaking) {
        List<Tile> tiles = new ArrayList<>();
        return () -> {
            if (!leaking) {
                tiles.clear();
            }
            tiles.add(new Tile(ByteBuffer.allocateDirect(MEGABYTE)));
        };
    }

    private static Subject ownDirectory(boolean leaking) throws Exception {
        Path directory = Files.createTempDirectory("uploads");
        return Subject.of(
                () -> {
                    Path part = Files.createTempFile(directory, "part", ".bin");
                    if (!leaking) {
                        Files.delete(part);
                    }
                },
                () -> {
                    try (Stream<Path> parts = Files.list(directory)) {
                        for (Path part : parts.toList()) {
                            Files.delete(part);
                        }
                    }
                    Files.delete(directory);
                });
    }
}
