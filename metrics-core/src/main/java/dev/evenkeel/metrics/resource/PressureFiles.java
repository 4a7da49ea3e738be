package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.file.Path;

/**
 * Pressure stall information of the machine or of one control group: for how long tasks waited for a resource. Not
 * thread-safe; a reading allocates nothing.
 *
 * <p>A file is missing where the kernel was built or booted without it, and answers "not supported" where it is switched
 * off for the group: both are absent.
 */
final class PressureFiles implements AutoCloseable {
    static final int CPU = 0;
    static final int MEMORY = 1;
    static final int IO = 2;

    /** Values a resource has: the share and the time of "some", then of "full". */
    static final int PER_RESOURCE = 4;

    static final int SIZE = 3 * PER_RESOURCE;

    private static final byte[] SOME = "some ".getBytes(ISO_8859_1);
    private static final byte[] FULL = "full ".getBytes(ISO_8859_1);
    private static final byte[] AVG10 = "avg10=".getBytes(ISO_8859_1);
    private static final byte[] TOTAL = "total=".getBytes(ISO_8859_1);

    private final ProcFile[] files;
    private final boolean ofMachine;

    private PressureFiles(boolean ofMachine, Path cpu, Path memory, Path io) {
        this.ofMachine = ofMachine;
        files = new ProcFile[] {new ProcFile(cpu), new ProcFile(memory), new ProcFile(io)};
    }

    /** @param root the folder that holds {@code proc} */
    static PressureFiles ofMachine(Path root) {
        Path folder = root.resolve("proc/pressure");
        return new PressureFiles(true, folder.resolve("cpu"), folder.resolve("memory"), folder.resolve("io"));
    }

    /** @param folder the group's folder in the version 2 hierarchy */
    static PressureFiles ofGroup(Path folder) {
        return new PressureFiles(
                false,
                folder.resolve("cpu.pressure"),
                folder.resolve("memory.pressure"),
                folder.resolve("io.pressure"));
    }

    /** @param first where the values begin: {@link #SIZE} of them, {@link #PER_RESOURCE} for each resource */
    void read(long nowNanos, double[] values, int first) {
        for (int i = 0; i < files.length; i++) {
            ProcFile file = files[i];
            if (file.read(nowNanos)) {
                int at = first + i * PER_RESOURCE;
                values[at] = share(file, SOME);
                values[at + 1] = seconds(file, SOME);
                if (i != CPU || !ofMachine) { // the kernel defines none for the whole machine and writes 0
                    values[at + 2] = share(file, FULL);
                    values[at + 3] = seconds(file, FULL);
                }
            }
        }
    }

    private static double share(ProcFile file, byte[] line) {
        double percent = file.decimalInLine(line, AVG10);
        return percent < 0 ? Double.NaN : percent / 100;
    }

    private static double seconds(ProcFile file, byte[] line) {
        long micros = file.numberInLine(line, TOTAL);
        return micros < 0 ? Double.NaN : micros / 1e6;
    }

    @Override
    public void close() {
        for (ProcFile file : files) {
            file.close();
        }
    }
}
