package dev.evenkeel.metrics.resource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Counts the descriptors of this process by kind, and collects the numbers of its sockets. Linux. Not thread-safe. */
final class FdScan {
    /*
     * A link is read for each descriptor: 4.8 ms of processor time at 1,000 of them (measured 2026-11-21, JDK 17, 2 cores,
     * Linux 6.18). So at most MOST_LINKS are read. When there are more, every k-th is, each scan with another
     * start, and the counts are scaled up. To read only the first ones would be wrong: the kernel hands out the lowest free
     * number, and what leaks is at the top.
     *
     * A DirectoryStream would hold two descriptors during the scan, File.list() holds one, closed before the first link is
     * read: its link is gone then, and it is not counted.
     */

    /** Most links that one scan reads. */
    static final int MOST_LINKS = 4096;

    private final Path folder;
    private final int mostLinks;
    private final int[] counts = new int[FdKind.values().length];
    private long[] inodes = new long[16];
    private int sockets;
    private int read;
    private double scale = 1;
    private int scans;

    FdScan(Path root) {
        this(root, MOST_LINKS);
    }

    FdScan(Path root, int mostLinks) {
        this.folder = root.resolve("proc/self/fd");
        this.mostLinks = mostLinks;
    }

    /** Reads again. Returns false when the platform does not show descriptors. */
    boolean scan() {
        Arrays.fill(counts, 0);
        sockets = 0;
        read = 0;
        String[] names = folder.toFile().list();
        if (names == null) {
            return false;
        }
        int step = Math.max(1, (names.length + mostLinks - 1) / mostLinks);
        int visited = 0;
        for (int i = scans % step; i < names.length; i += step) {
            visited++;
            String target = target(folder, names[i]);
            if (target != null) {
                count(target);
            }
        }
        scans++;
        scale = visited == 0 ? 1 : (double) names.length / visited;
        Arrays.sort(inodes, 0, sockets);
        return true;
    }

    /** What a descriptor points to; null when it was closed meanwhile. */
    static @Nullable String target(Path folder, String number) {
        try {
            return Files.readSymbolicLink(folder.resolve(number)).toString();
        } catch (IOException e) {
            return null;
        }
    }

    private void count(String target) {
        FdKind kind = FdKind.of(target);
        read++;
        counts[kind.ordinal()]++;
        if (kind == FdKind.SOCKET) {
            if (sockets == inodes.length) {
                inodes = Arrays.copyOf(inodes, 2 * sockets);
            }
            inodes[sockets++] = number(target);
        }
    }

    /** The number in {@code socket:[4711]}; -1 when there is none. */
    static long number(String target) {
        int open = target.indexOf('[');
        int close = target.indexOf(']');
        if (open < 0 || close <= open + 1) {
            return -1;
        }
        try {
            return Long.parseLong(target, open + 1, close, 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** How many descriptors of a kind there are; an estimate when {@link #sampled}. */
    double count(FdKind kind) {
        return counts[kind.ordinal()] * scale;
    }

    /** Whether a socket of this inode was among those that were read. */
    boolean ownsSocket(long inode) {
        return Arrays.binarySearch(inodes, 0, sockets, inode) >= 0;
    }

    int sockets() {
        return sockets;
    }

    /** By what counts of a sample are multiplied; 1 when all links were read. */
    double scale() {
        return scale;
    }

    /** Whether there were more than {@link #MOST_LINKS}. */
    boolean sampled() {
        return scale > 1;
    }
}
