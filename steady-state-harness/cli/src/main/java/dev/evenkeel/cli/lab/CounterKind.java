package dev.evenkeel.cli.lab;

import dev.evenkeel.cli.lab.LabCounters.Atomic;
import dev.evenkeel.cli.lab.LabCounters.CasLoop;
import dev.evenkeel.cli.lab.LabCounters.Evenkeel;
import dev.evenkeel.cli.lab.LabCounters.Mutex;
import dev.evenkeel.cli.lab.LabCounters.SharedAdder;
import dev.evenkeel.cli.lab.LabCounters.Striped;
import dev.evenkeel.cli.lab.LabCounters.Unsynchronised;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** A way to count, with its name in files and on the page. */
enum CounterKind {
    UNSYNCHRONISED("unsynchronised", "no synchronisation"),
    MUTEX("mutex", "mutex"),
    CAS_LOOP("cas-loop", "CAS loop"),
    ATOMIC("atomic", "AtomicLong"),
    STRIPED_UNPADDED("striped-unpadded", "striped, unpadded"),
    STRIPED_PADDED("striped-padded", "striped, padded"),
    LONG_ADDER("long-adder", "LongAdder"),
    EVENKEEL("evenkeel", "Evenkeel");

    private final String id;
    private final String title;

    CounterKind(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** Its name in files and on the command line. */
    String id() {
        return id;
    }

    /** Its name for people. */
    String title() {
        return title;
    }

    /** Whether it promises to lose no update. */
    boolean exact() {
        return this != UNSYNCHRONISED;
    }

    /** Whether somebody has to choose its number of stripes. */
    boolean striped() {
        return this == STRIPED_UNPADDED || this == STRIPED_PADDED;
    }

    /**
     * A new counter at 0.
     *
     * @param stripes a power of two; ignored where {@link #striped} is false
     */
    LabCounter create(int stripes) {
        // One class is loaded per child, so the compiler sees one implementation and calls it directly.
        return switch (this) {
            case UNSYNCHRONISED -> new Unsynchronised();
            case MUTEX -> new Mutex();
            case CAS_LOOP -> new CasLoop();
            case ATOMIC -> new Atomic();
            case STRIPED_UNPADDED -> Striped.unpadded(stripes);
            case STRIPED_PADDED -> Striped.padded(stripes);
            case LONG_ADDER -> new SharedAdder();
            case EVENKEEL -> new Evenkeel();
        };
    }

    static Optional<CounterKind> of(String id) {
        return Arrays.stream(values()).filter(kind -> kind.id.equals(id)).findFirst();
    }

    static String ids() {
        return Arrays.stream(values()).map(CounterKind::id).collect(Collectors.joining(", "));
    }
}
