package dev.evenkeel.exporter.prometheus;

import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Packs answers, one after the other, in one buffer that is used again. Not thread-safe. */
final class Gzip implements AutoCloseable {
    /*
     * The JDK's GZIPOutputStream makes a Deflater, with some 260 kB of native memory, for each answer. This one keeps
     * its own. Whoever drops one closes it: the memory would else wait for a collection of the heap, which does not see it.
     */

    /** RFC 1952: magic number, method deflate, no flags, no time, no extra flags, system unknown. */
    private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 255};

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final CRC32 checksum = new CRC32();
    private final GrowingBytes packed = new GrowingBytes(GrowingBytes.PAGE);

    /** Packs some bytes in place of what was packed before. */
    void pack(byte[] bytes, int length) {
        packed.clear();
        packed.append(HEADER);
        deflater.reset();
        deflater.setInput(bytes, 0, length);
        deflater.finish();
        while (!deflater.finished()) {
            byte[] to = packed.room(Math.max(1024, length / 8));
            packed.length += deflater.deflate(to, packed.length, to.length - packed.length);
        }
        checksum.reset();
        checksum.update(bytes, 0, length);
        littleEndian((int) checksum.getValue());
        littleEndian(length);
    }

    private void littleEndian(int value) {
        byte[] to = packed.room(4);
        for (int i = 0; i < 4; i++) {
            to[packed.length++] = (byte) (value >>> 8 * i);
        }
    }

    byte[] bytes() {
        return packed.bytes();
    }

    int length() {
        return packed.length();
    }

    @Override
    public void close() {
        deflater.end();
    }
}
