package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/** Block device traffic of one control group, all devices together. Not thread-safe; a reading allocates nothing. */
final class CgroupIo implements AutoCloseable {
    /*
     * Version 2 has one line a device, "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0", and an empty file until the
     * group's first transfer: then nothing was read or written, which is 0. Version 1 has "8:0 Read 1" and so on, and
     * recent kernels fill it for devices with a throttling rule only: no device line there says nothing, so it is absent.
     */

    private static final byte[] READ_BYTES = ascii(" rbytes=");
    private static final byte[] WRITTEN_BYTES = ascii(" wbytes=");
    private static final byte[] READS = ascii(" rios=");
    private static final byte[] WRITES = ascii(" wios=");
    private static final byte[] READ = ascii(" Read ");
    private static final byte[] WRITE = ascii(" Write ");

    private final boolean version2;
    private final ProcFile bytes;
    /** Version 1 only: version 2 has all in one file. */
    private final @Nullable ProcFile operations;

    CgroupIo(CgroupFolder folder) {
        version2 = folder.version2();
        bytes = folder.file(version2 ? "io.stat" : "blkio.throttle.io_service_bytes_recursive");
        operations = version2 ? null : folder.file("blkio.throttle.io_serviced_recursive");
    }

    private static byte[] ascii(String s) {
        return s.getBytes(ISO_8859_1);
    }

    void read(long nowNanos, double[] values) {
        if (bytes.read(nowNanos)) {
            if (version2) {
                values[CgroupSweep.IO_READ_BYTES] = Math.max(0, bytes.sumAfter(READ_BYTES));
                values[CgroupSweep.IO_WRITTEN_BYTES] = Math.max(0, bytes.sumAfter(WRITTEN_BYTES));
                values[CgroupSweep.IO_READS] = Math.max(0, bytes.sumAfter(READS));
                values[CgroupSweep.IO_WRITES] = Math.max(0, bytes.sumAfter(WRITES));
            } else {
                values[CgroupSweep.IO_READ_BYTES] = Sweep.orAbsent(bytes.sumAfter(READ));
                values[CgroupSweep.IO_WRITTEN_BYTES] = Sweep.orAbsent(bytes.sumAfter(WRITE));
            }
        }
        if (operations != null && operations.read(nowNanos)) {
            values[CgroupSweep.IO_READS] = Sweep.orAbsent(operations.sumAfter(READ));
            values[CgroupSweep.IO_WRITES] = Sweep.orAbsent(operations.sumAfter(WRITE));
        }
    }

    @Override
    public void close() {
        bytes.close();
        if (operations != null) {
            operations.close();
        }
    }
}
