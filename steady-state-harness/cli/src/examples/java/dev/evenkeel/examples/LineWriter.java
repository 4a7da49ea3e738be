package dev.evenkeel.examples;

import java.util.Arrays;

/**
 * A workload for {@code gc-sweep}, written in two ways: {@code strings} makes each line anew, {@code buffer} writes it into one that
 * is kept. Both hold a cache of 16 MiB, of which some is replaced all the time.
 */
public final class LineWriter {
    private static final int LIVE = 4096;

    private final StringBuilder buffer = new StringBuilder(128);
    private final byte[][] cache = new byte[LIVE][];
    private long checksum;

    private LineWriter() {
        Arrays.setAll(cache, i -> new byte[4096]);
    }

    private void strings(long n) {
        String line = "order=" + n + " customer=" + (n * 31) + " total=" + (n % 1000) + " EUR";
        checksum += line.hashCode();
    }

    private void buffer(long n) {
        buffer.setLength(0);
        buffer.append("order=").append(n).append(" customer=").append(n * 31);
        buffer.append(" total=").append(n % 1000).append(" EUR");
        for (int i = 0; i < buffer.length(); i++) {
            checksum = 31 * checksum + buffer.charAt(i);
        }
    }

    /** Takes {@code strings} or {@code buffer}, and how many lines to write. */
    public static void main(String[] args) {
        LineWriter writer = new LineWriter();
        boolean strings = args[0].equals("strings");
        long lines = Long.parseLong(args[1]);
        long start = System.nanoTime();
        for (long n = 0; n < lines; n++) {
            if (strings) {
                writer.strings(n);
            } else {
                writer.buffer(n);
            }
            if (n % 256 == 0) {
                writer.cache[(int) (n / 256 % LIVE)] = new byte[4096];
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.println("checksum=" + writer.checksum + " ops=" + lines + " seconds=" + seconds);
    }
}
