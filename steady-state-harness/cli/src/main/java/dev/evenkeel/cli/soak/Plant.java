package dev.evenkeel.cli.soak;

import java.util.Locale;

/** What the service is told to leak, to see whether it is found. */
enum Plant {
    HEAP(24 * (1 << 20)),
    FD(300),
    THREAD(300),
    BUFFER(24 * (1 << 20)),
    LOADER(1200),
    NONE(0);

    private final double perHour;

    Plant(double perHour) {
        this.perHour = perHour;
    }

    /** How much leaks per hour when nobody says: bytes of heap or buffers, else a count. */
    double defaultPerHour() {
        return perHour;
    }

    String flag() {
        return name().toLowerCase(Locale.ROOT);
    }

    String words(double perHour) {
        return switch (this) {
            case NONE -> "none";
            case HEAP, BUFFER -> String.format(Locale.ROOT, "%s, %.1f MiB per hour", flag(), perHour / (1 << 20));
            default -> String.format(Locale.ROOT, "%s, %.0f per hour", flag(), perHour);
        };
    }
}
