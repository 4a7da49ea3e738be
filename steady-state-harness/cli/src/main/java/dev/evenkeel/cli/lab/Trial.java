package dev.evenkeel.cli.lab;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * What a child JVM runs: one counter, so many threads, one measurement. Prints lines of tab-separated fields, the first of
 * them {@code @trial}, {@code @stack} or {@code @error}.
 *
 * <p>Arguments: counter, stripes, thread kind, threads, operations per thread (0: as many as fill the time), milliseconds
 * to aim at, and whether to profile. Ends when its standard input does, so no child outlives its parent.
 */
final class Trial {
    private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(80);

    /** Enough for the last compiler to have seen the loop, with {@code -Xbatch}: on a busy machine time alone says nothing. */
    private static final long WARM_UP_OPERATIONS = 2_000_000;

    private static final long FIRST_ROUND = 1_000;

    /** Below, waking the threads would cost more than what they do. */
    static final long LEAST_OPERATIONS = 5_000;

    private static final long MOST_OPERATIONS = 1L << 40;

    private Trial() {}

    public static void main(String[] args) {
        Thread parent = new Thread(Trial::endWithParent, "evenkeel-lab-parent");
        parent.setDaemon(true);
        parent.start();
        int code = 0;
        try {
            measure(
                    CounterKind.of(args[0]).orElseThrow().create(Integer.parseInt(args[1])),
                    ThreadKind.valueOf(args[2].toUpperCase(Locale.ROOT)),
                    Integer.parseInt(args[3]),
                    Long.parseLong(args[4]),
                    TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[5])),
                    Boolean.parseBoolean(args[6]));
        } catch (Throwable e) {
            System.out.println("@error\tmessage=" + String.valueOf(e).replaceAll("[\t\r\n]+", " "));
            code = 1;
        }
        System.out.flush();
        Runtime.getRuntime().halt(code); // the threads that count have nothing to clean up
    }

    private static void endWithParent() {
        try (InputStream in = System.in) {
            while (in.read() >= 0) {
                // nothing is ever sent
            }
        } catch (IOException e) {
            // the same as its end
        }
        Runtime.getRuntime().halt(1);
    }

    private static void measure(
            LabCounter counter, ThreadKind kind, int threads, long operations, long aimNanos, boolean profile)
            throws InterruptedException, IOException {
        Round first = new Round(threads);
        start(first, counter, kind, threads);

        // Rounds grow until one is long enough to tell the speed: the first ones are interpreted, and waking many
        // threads takes longer than what they do in a short one. The fastest tells it: in the others somebody else
        // had the processors.
        long each = FIRST_ROUND;
        double eachPerNano = 0;
        Round ran = first;
        Round round = ran.run(each);
        long spent = ran.nanos();
        long counted = each * threads;
        while (spent < WARM_UP_NANOS || counted < WARM_UP_OPERATIONS || ran.nanos() < aimNanos / 4) {
            each *= ran.nanos() < aimNanos / 4 ? 2 : 1;
            ran = round;
            round = ran.run(each);
            spent += ran.nanos();
            counted += each * threads;
            if (ran.nanos() >= aimNanos / 16) {
                eachPerNano = Math.max(eachPerNano, (double) each / ran.nanos());
            }
        }
        each = operations > 0 ? operations : operationsFor(aimNanos, eachPerNano);

        Sampling sampling = profile ? Sampling.begin() : null;
        CpuClock clock = new CpuClock();
        long before = counter.value();
        long cpu = clock.start();
        Round last = round.run(each);
        long cpuNanos = clock.since(cpu);
        long value = counter.value() - before;
        if (sampling != null) {
            for (Map.Entry<String, Long> stack : sampling.end().entrySet()) {
                System.out.println("@stack\tcount=" + stack.getValue() + "\tframes=" + stack.getKey());
            }
        }
        last.dismiss();
        System.out.println("@trial\toperations=" + each * threads + "\tvalue=" + value + "\tattempts="
                + round.attempts() + "\tnanos=" + round.nanos() + "\tcpu_nanos=" + cpuNanos + "\tprocessors="
                + Runtime.getRuntime().availableProcessors());
    }

    private static void start(Round first, LabCounter counter, ThreadKind kind, int threads) {
        ThreadFactory factory = kind.factory();
        Increments increments = new Increments();
        int started = 0;
        try {
            for (; started < threads; started++) {
                factory.newThread(() -> Round.work(first, counter, increments)).start();
            }
        } catch (OutOfMemoryError e) {
            throw new IllegalStateException(
                    "only " + started + " of " + threads + " threads could be started (" + e.getMessage() + ")", e);
        }
    }

    /** How often each thread counts to fill the time. */
    static long operationsFor(long aimNanos, double eachPerNano) {
        return Math.max(LEAST_OPERATIONS, (long) Math.min(aimNanos * eachPerNano, MOST_OPERATIONS));
    }
}
