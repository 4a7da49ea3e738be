package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/** Context switches and waits for a processor, of all threads of this process together. Linux. Not thread-safe. */
final class ThreadAccounts {
    /*
     * The process's own status file shows the switches of its first thread only, which in a JVM waits all day. So the files
     * of all threads are read: 34 us each with both files (measured 2026-11-21, JDK 17, 2 cores).
     * The last account of a thread that ended is kept, so that sums never fall; what it did between the last scan and
     * its end is lost, and threads that live between two scans are not seen at all.
     */

    /** Most threads that are read in one scan; what the others did is missing. */
    static final int MOST_THREADS = 4096;

    private static final byte[] VOLUNTARY = "voluntary_ctxt_switches:".getBytes(ISO_8859_1);
    private static final byte[] INVOLUNTARY = "nonvoluntary_ctxt_switches:".getBytes(ISO_8859_1);

    private final Path folder;
    private final int mostThreads;
    private final Map<String, Account> live = new HashMap<>();
    private final Account ended = new Account();
    private final Account total = new Account();
    private long scans;
    private boolean truncated;

    private static final class Account {
        long voluntary;
        long involuntary;
        long waitNanos;
        long scan;

        void add(Account other) {
            voluntary += other.voluntary;
            involuntary += other.involuntary;
            waitNanos += other.waitNanos;
        }

        void set(long voluntary, long involuntary, long waitNanos) {
            this.voluntary = voluntary;
            this.involuntary = involuntary;
            this.waitNanos = waitNanos;
        }
    }

    ThreadAccounts(Path root) {
        this(root, MOST_THREADS);
    }

    ThreadAccounts(Path root, int mostThreads) {
        this.folder = root.resolve("proc/self/task");
        this.mostThreads = mostThreads;
    }

    /** Reads again. Returns false when the platform has no such accounts. */
    boolean scan() {
        String[] threads = folder.toFile().list();
        if (threads == null) {
            return false;
        }
        scans++;
        truncated = threads.length > mostThreads;
        for (int i = 0; i < Math.min(threads.length, mostThreads); i++) {
            read(threads[i]);
        }
        total.set(ended.voluntary, ended.involuntary, ended.waitNanos);
        for (Iterator<Account> all = live.values().iterator(); all.hasNext(); ) {
            Account account = all.next();
            total.add(account);
            if (account.scan != scans) {
                ended.add(account);
                all.remove();
            }
        }
        return total.voluntary + total.involuntary + total.waitNanos > 0;
    }

    private void read(String thread) {
        long voluntary;
        long involuntary;
        try (ProcFile status = new ProcFile(folder.resolve(thread).resolve("status"))) {
            status.read(0);
            voluntary = status.numberAfter(VOLUNTARY);
            involuntary = status.numberAfter(INVOLUNTARY);
        }
        long wait;
        try (ProcFile schedstat = new ProcFile(folder.resolve(thread).resolve("schedstat"))) {
            wait = schedstat.read(0) ? schedstat.numberAtWord(1) : -1; // nanoseconds run, nanoseconds waited, turns
        }
        if (voluntary < 0) {
            return; // ended meanwhile
        }
        Account account = live.get(thread);
        if (account == null) {
            account = new Account();
            live.put(thread, account);
        } else if (voluntary < account.voluntary) { // the number was given to another thread
            ended.add(account);
        }
        account.scan = scans;
        account.set(voluntary, Math.max(0, involuntary), Math.max(0, wait));
    }

    /** Times that threads gave up the processor to wait for something. */
    long voluntary() {
        return total.voluntary;
    }

    /** Times that threads were taken off the processor. */
    long involuntary() {
        return total.involuntary;
    }

    /** Nanoseconds that threads were ready to run and waited for a processor; 0 where the kernel keeps no account. */
    long waitNanos() {
        return total.waitNanos;
    }

    /** Whether there were more than {@link #MOST_THREADS}. */
    boolean truncated() {
        return truncated;
    }
}
