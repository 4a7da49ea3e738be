package dev.evenkeel.metrics;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.function.Supplier;

/** Prints the table of violations: its head, ours and the JDK's rows. The row of a library comes from its own JVM. */
public final class CoherenceTable {
    private CoherenceTable() {}

    /** @param args how many collects of ours, how many of others */
    public static void main(String[] args) throws Exception {
        System.out.printf(
                Locale.ROOT,
                "JDK %s (%s), %d processors, %s %s, %s.%n%n",
                Runtime.version(),
                System.getProperty("java.vm.name"),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                LocalDate.now(ZoneOffset.UTC));
        System.out.println("| who, and how it is read | collects | rounds recorded | finished > started "
                + "| hits + misses <> lookups | bytes <> 100 x requests | marked stale |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        long violations = print("Evenkeel, cumulative collect", CoherenceSubjects.Ours::new, args[0])
                + print("Evenkeel, delta reader", CoherenceSubjects.OurDeltas::new, args[0]);
        print("AtomicLong, causes read first", () -> new CoherenceSubjects.AtomicLongs(false), args[1]);
        print("AtomicLong, effects read first", () -> new CoherenceSubjects.AtomicLongs(true), args[1]);
        print("LongAdder, causes read first", () -> new CoherenceSubjects.LongAdders(false), args[1]);
        print("LongAdder, effects read first", () -> new CoherenceSubjects.LongAdders(true), args[1]);
        System.exit(violations == 0 ? 0 : 3);
    }

    /** Prints the row of a subject. */
    static long print(String name, Supplier<? extends Coherence.Subject> fresh, String collects) throws Exception {
        try (Coherence.Subject subject = fresh.get()) {
            Coherence.Result result = Coherence.run(subject, Integer.parseInt(collects));
            System.out.println(result.row(name));
            return result.violations();
        }
    }

    /** Puts a value where its name says. */
    static void see(String name, double value, long... values) {
        int place = Coherence.NAMES.indexOf(name.replace('_', '.'));
        if (place >= 0) {
            values[place] = (long) value;
        }
    }
}
