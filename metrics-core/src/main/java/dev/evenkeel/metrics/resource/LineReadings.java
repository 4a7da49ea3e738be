package dev.evenkeel.metrics.resource;

/** What one block of the line protocol tells. A field that was not read is NaN, and its line is left out. */
final class LineReadings {
    double usedAfterGcBytes;
    double usedBytes;
    double freeBytes;
    double uncommittedBytes;
    double threads;
    double openDescriptors;

    /** Cumulative; the writer subtracts. */
    double gcCycles;

    double lockWaitSeconds;

    /** Of the pauses since the last reading; the mean and the quantile are NaN when there was none. */
    double pauses;

    double pauseMeanSeconds;
    double pauseP99Seconds;

    void clear() {
        usedAfterGcBytes = Double.NaN;
        usedBytes = Double.NaN;
        freeBytes = Double.NaN;
        uncommittedBytes = Double.NaN;
        threads = Double.NaN;
        openDescriptors = Double.NaN;
        gcCycles = Double.NaN;
        lockWaitSeconds = Double.NaN;
        pauses = Double.NaN;
        pauseMeanSeconds = Double.NaN;
        pauseP99Seconds = Double.NaN;
    }

    /** Where the readings come from. */
    interface Source extends AutoCloseable {
        void read(LineReadings into);

        /** Stops listening. */
        @Override
        void close();
    }
}
