package dev.evenkeel.exporter.prometheus;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Bytes that are appended to, and used again. Keeps its largest size. Not thread-safe. */
class GrowingBytes {
    /** What most pages of a small service need. */
    static final int PAGE = 8192;

    byte[] bytes;
    int length;

    GrowingBytes(int capacity) {
        bytes = new byte[capacity];
    }

    /** Returns all bytes, from the first place of the array. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /** Drops what follows the first {@code newLength} bytes. */
    void truncate(int newLength) {
        length = newLength;
    }

    final void append(byte[] more) {
        append(more, 0, more.length);
    }

    final void append(byte[] more, int from, int end) {
        byte[] to = room(end - from);
        System.arraycopy(more, from, to, length, end - from);
        length += end - from;
    }

    final byte[] copy() {
        return Arrays.copyOf(bytes(), length());
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    /** Returns the array that is appended to, long enough for some more bytes. */
    final byte[] room(int more) {
        if (bytes.length - length < more) {
            grow(more);
        }
        return bytes;
    }

    void grow(int more) {
        bytes = Arrays.copyOf(bytes, Math.max(length + more, Math.max(2 * bytes.length, bytes.length + 64)));
    }
}
