package dev.evenkeel.exporter.prometheus;

/** Fields and messages in the encoding of Protocol Buffers. Not thread-safe. */
final class ProtoBuffer extends GrowingBytes {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;

    /** Room for the length of a message that is being written: enough for 2 GiB, which no array passes. */
    private static final int LENGTH_BYTES = 5;

    ProtoBuffer() {
        super(PAGE);
    }

    ProtoBuffer(int capacity) {
        super(capacity);
    }

    /** Returns a buffer that takes no memory before something is appended. */
    static ProtoBuffer ofHeads() {
        return new ProtoBuffer(0);
    }

    /** A field of type uint64, or of an enumeration. */
    void unsigned(int field, long value) {
        varint(field << 3 | VARINT);
        varint(value);
    }

    /** A field of type sint32 or sint64. */
    void signed(int field, long value) {
        unsigned(field, zigzag(value));
    }

    static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    void number(int field, double value) {
        varint(field << 3 | FIXED_64);
        room(8);
        long bits = Double.doubleToRawLongBits(value);
        for (int i = 0; i < 8; i++) {
            bytes[length++] = (byte) (bits >>> 8 * i);
        }
    }

    void text(int field, byte[] utf8) {
        varint(field << 3 | BYTES);
        varint(utf8.length);
        append(utf8);
    }

    /** Begins a message within a field. Returns what {@link #end} wants. */
    int begin(int field) {
        varint(field << 3 | BYTES);
        return beginDelimited();
    }

    /** Begins a message that stands by itself, after its length. */
    int beginDelimited() {
        room(LENGTH_BYTES);
        length += LENGTH_BYTES;
        return length;
    }

    /**
     * Ends the message. Its length takes five bytes, whatever it is: a varint may be padded, and nothing needs to be moved.
     *
     * @param start what the beginning returned
     */
    void end(int start) {
        int size = length - start;
        for (int i = 0; i < LENGTH_BYTES; i++) {
            int more = i < LENGTH_BYTES - 1 ? 0x80 : 0;
            bytes[start - LENGTH_BYTES + i] = (byte) (size >>> 7 * i & 0x7F | more);
        }
    }

    /** Takes a message that stands by itself back. */
    void takeBack(int start) {
        truncate(start - LENGTH_BYTES);
    }

    void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }
}
