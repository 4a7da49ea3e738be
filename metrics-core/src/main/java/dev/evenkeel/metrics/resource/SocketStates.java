package dev.evenkeel.metrics.resource;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Counts the TCP sockets of this process by state. Linux. Not thread-safe. */
final class SocketStates {
    /*
     * The kernel's tables list all sockets of the network namespace; those of this process are told by their inodes, which
     * are in the names of its descriptors. The kernel walks its whole hash table for them, however few there are: 10 ms of
     * processor time where there were three (measured 2026-11-21, 2 cores, Linux 6.18). Hence once a minute, and never on a scrape.
     * TIME_WAIT sockets have inode 0: they belong to no process any more and cannot be counted here.
     */

    /** The states by their numbers in the kernel, from 1. */
    static final List<String> NAMES = List.of(
            "established",
            "syn_sent",
            "syn_received",
            "fin_wait_1",
            "fin_wait_2",
            "time_wait",
            "close",
            "close_wait",
            "last_ack",
            "listen",
            "closing");

    /** Most bytes that are read of one table: about 55,000 sockets. */
    static final long MOST_BYTES = 8 << 20;

    private static final int STATE_FIELD = 3;
    private static final int INODE_FIELD = 9;

    private final Path[] tables;
    private final long mostBytes;
    private final byte[] buffer = new byte[1 << 15];
    private final int[] counts = new int[NAMES.size()];
    private boolean truncated;

    SocketStates(Path root) {
        this(root, MOST_BYTES);
    }

    SocketStates(Path root, long mostBytes) {
        this.tables = new Path[] {root.resolve("proc/self/net/tcp"), root.resolve("proc/self/net/tcp6")};
        this.mostBytes = mostBytes;
    }

    /** Counts again. Returns false when there is no table. */
    boolean scan(FdScan own) {
        Arrays.fill(counts, 0);
        truncated = false;
        boolean any = false;
        if (own.sockets() == 0) {
            return true; // nothing to look for
        }
        for (Path table : tables) {
            try (FileInputStream in = new FileInputStream(table.toFile())) {
                scan(in, own);
                any = true;
            } catch (IOException e) {
                // no IPv6, or no /proc
            }
        }
        return any;
    }

    private void scan(FileInputStream in, FdScan own) throws IOException {
        long total = 0;
        int field = -1;
        boolean inField = false;
        boolean headerPassed = false;
        int state = 0;
        long inode = 0;
        for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
            for (int i = 0; i < n; i++) {
                byte c = buffer[i];
                if (c == '\n') {
                    if (headerPassed && field >= INODE_FIELD) {
                        count(state, inode, own);
                    }
                    headerPassed = true;
                    field = -1;
                    inField = false;
                    state = 0;
                    inode = 0;
                } else if (c == ' ') {
                    inField = false;
                } else {
                    if (!inField) {
                        inField = true;
                        field++;
                    }
                    if (field == STATE_FIELD) {
                        state = 16 * state + Math.max(0, Character.digit(c, 16));
                    } else if (field == INODE_FIELD) {
                        inode = 10 * inode + Math.max(0, Character.digit(c, 10));
                    }
                }
            }
            total += n;
            if (total >= mostBytes) {
                truncated = true;
                return;
            }
        }
    }

    private void count(int state, long inode, FdScan own) {
        if (state >= 1 && state <= counts.length && inode != 0 && own.ownsSocket(inode)) {
            counts[state - 1]++;
        }
    }

    /** How many of the scanned process's sockets are in a state, by its place in {@link #NAMES}. */
    int count(int place) {
        return counts[place];
    }

    /** Whether a table was longer than {@link #MOST_BYTES}, so that sockets are missing. */
    boolean truncated() {
        return truncated;
    }
}
