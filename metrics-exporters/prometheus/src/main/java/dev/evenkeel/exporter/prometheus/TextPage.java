package dev.evenkeel.exporter.prometheus;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A whole page of text, used again for the next. Not thread-safe. */
final class TextPage extends TextBuffer {
    /*
     * A page may have megabytes, and nobody knows before. An array that doubles would be copied, zeroed and thrown away four times its
     * size, much of it in arrays so large that a collector treats them apart: a third of what a first page costs. So a page grows by
     * another part, and becomes one array only when somebody wants one.
     */

    /** The largest part: below half a region of G1 at any size of the heap. */
    private static final int MOST_PART = 1 << 17;

    private static final byte[] NONE = {};

    /** The parts before the one that is appended to, all full but for their ends. */
    private byte[][] before = {NONE, NONE, NONE, NONE};

    /** Where each of them ends in the page. */
    private int[] ends = new int[4];

    private int parts;

    /** The bytes in all of them. */
    private int lengthBefore;

    /** Parts of earlier pages, the last to be used first. */
    private final List<byte[]> spares = new ArrayList<>();

    @Override
    byte[] bytes() {
        if (parts > 0) {
            join();
        }
        return bytes;
    }

    private void join() {
        int all = length();
        byte[] joined = new byte[all + all / 8]; // counts grow by a digit now and then
        for (int i = 0; i < parts; i++) {
            int from = i == 0 ? 0 : ends[i - 1];
            System.arraycopy(before[i], 0, joined, from, ends[i] - from);
        }
        System.arraycopy(bytes, 0, joined, lengthBefore, length);
        Arrays.fill(before, NONE);
        parts = 0;
        spares.clear();
        lengthBefore = 0;
        bytes = joined;
        length = all;
    }

    @Override
    int length() {
        return lengthBefore + length;
    }

    @Override
    void clear() {
        truncate(0);
    }

    @Override
    void truncate(int newLength) {
        while (newLength < lengthBefore) {
            spares.add(bytes);
            bytes = before[--parts];
            before[parts] = NONE;
            lengthBefore = parts == 0 ? 0 : ends[parts - 1];
        }
        length = newLength - lengthBefore;
    }

    @Override
    void writeTo(OutputStream out) throws IOException {
        for (int i = 0; i < parts; i++) {
            out.write(before[i], 0, ends[i] - (i == 0 ? 0 : ends[i - 1]));
        }
        out.write(bytes, 0, length);
    }

    @Override
    void grow(int more) {
        byte[] next = spares.isEmpty() ? bytes : spares.remove(spares.size() - 1);
        if (next == bytes || next.length < more) {
            next = new byte[Math.max(more, Math.min(MOST_PART, Math.max(PAGE, length())))];
        }
        if (parts == ends.length) {
            before = Arrays.copyOf(before, 2 * parts);
            Arrays.fill(before, parts, 2 * parts, NONE);
            ends = Arrays.copyOf(ends, 2 * parts);
        }
        before[parts] = bytes;
        lengthBefore += length;
        ends[parts++] = lengthBefore;
        bytes = next;
        length = 0;
    }
}
