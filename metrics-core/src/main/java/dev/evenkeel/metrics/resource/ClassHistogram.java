package dev.evenkeel.metrics.resource;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses the text of the JVM's class histogram into rows that join across readings.
 *
 * <p>Not thread-safe. Class names seen in the last reading are kept and reused, so that a reading allocates its rows and
 * nothing per class name; names that no longer occur are forgotten.
 */
final class ClassHistogram {
    /*
     * A line reads "  12:   4711   188440  java.util.HashMap$Node (java.base@17.0.15)". Three things are taken off the
     * name: the module in brackets, the address behind the slash of a hidden class, and the serial number that JDK 17
     * puts behind $$Lambda. Rows which become equal by that are added up, as are classes of one name from several loaders.
     *
     * The names are an open-addressed table from the characters of a name to its row. It is looked up with the
     * characters in a scratch array, so that a name becomes a String once, when it is first seen.
     */

    /** Dead space which a collector left between live objects; it is free memory, not a class of anybody's. */
    private static final String FILLER_OBJECT = "jdk.internal.vm.FillerObject";

    private static final String FILLER_ARRAY = "[Ljdk.internal.vm.FillerElement;";

    private static final String LAMBDA = "$$Lambda";

    private @Nullable String[] names = new @Nullable String[1024];
    private int[] rowOfSlot = new int[1024];
    private int nameCount;

    private String[] rowNames = new String[512];
    private long[] rowInstances = new long[512];
    private long[] rowBytes = new long[512];
    private int rowCount;

    private char[] scratch = new char[256];
    private int scratchLength;

    private long fillerBytes;

    /** Reads one histogram. What an earlier call read is gone. */
    void parse(String text) {
        forgetRows();
        int end = text.length();
        for (int from = 0; from < end; ) {
            int newline = text.indexOf('\n', from);
            int to = newline < 0 ? end : newline;
            line(text, from, to);
            from = to + 1;
        }
        if (rowCount == 0) {
            throw new IllegalStateException("Cannot read the class histogram of this JVM: no line of its "
                    + text.length() + " characters looks like \"1: 4711 188440 java.lang.String\"; it begins with \""
                    + text.substring(0, Math.min(80, text.length())).strip()
                    + "\". The live set is not available on this JVM; watch jvm.memory.used_after_last_gc instead.");
        }
        if (nameCount > 2 * rowCount + 64) {
            shrinkNames();
        }
    }

    private void line(String text, int from, int to) {
        int i = skipSpaces(text, from, to);
        int digits = skipDigits(text, i, to);
        if (digits == i || digits >= to || text.charAt(digits) != ':') {
            return; // heading, ruler, or the "Total" line
        }
        i = skipSpaces(text, digits + 1, to);
        int afterInstances = skipDigits(text, i, to);
        int bytesFrom = skipSpaces(text, afterInstances, to);
        int afterBytes = skipDigits(text, bytesFrom, to);
        int nameFrom = skipSpaces(text, afterBytes, to);
        if (afterInstances == i || afterBytes == bytesFrom || nameFrom >= to) {
            return;
        }
        long instances = Long.parseLong(text, i, afterInstances, 10);
        long bytes = Long.parseLong(text, bytesFrom, afterBytes, 10);
        plainName(text, nameFrom, to);
        if (scratchIs(FILLER_ARRAY) || scratchIs(FILLER_OBJECT)) {
            fillerBytes += bytes;
            return;
        }
        int row = rowOfScratch();
        rowInstances[row] += instances;
        rowBytes[row] += bytes;
    }

    private static int skipSpaces(String text, int from, int to) {
        int i = from;
        while (i < to && text.charAt(i) <= ' ') {
            i++;
        }
        return i;
    }

    private static int skipDigits(String text, int from, int to) {
        int i = from;
        while (i < to && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i;
    }

    /** Copies a class name to the scratch array without module, address and lambda number. */
    private void plainName(String text, int from, int to) {
        int end = to;
        for (int i = from; i < to; i++) {
            if (text.charAt(i) == ' ') {
                end = i;
                break;
            }
        }
        if (scratch.length < end - from) {
            scratch = new char[Math.max(end - from, 2 * scratch.length)];
        }
        int n = 0;
        int i = from;
        while (i < end) {
            char c = text.charAt(i);
            if ((c == '/' || c == '+') && text.startsWith("0x", i + 1)) {
                i = skipHex(text, i + 3, end); // "/0x00007f…" of a hidden class; "+0x…" on JVMs which print it so
                continue;
            }
            scratch[n++] = c;
            i++;
            if (c == 'a' && text.startsWith(LAMBDA, i - LAMBDA.length())) {
                if (i < end && text.charAt(i) == '$') {
                    i = skipDigits(text, i + 1, end);
                }
            }
        }
        scratchLength = n;
    }

    private static int skipHex(String text, int from, int to) {
        int i = from;
        while (i < to && Character.digit(text.charAt(i), 16) >= 0) {
            i++;
        }
        return i;
    }

    private boolean scratchIs(String name) {
        if (name.length() != scratchLength) {
            return false;
        }
        for (int i = 0; i < scratchLength; i++) {
            if (name.charAt(i) != scratch[i]) {
                return false;
            }
        }
        return true;
    }

    private int scratchHash() {
        int h = 0;
        for (int i = 0; i < scratchLength; i++) {
            h = 31 * h + scratch[i]; // as String.hashCode, so that a table can be rebuilt from names
        }
        return h;
    }

    private int rowOfScratch() {
        int slot = slotOf(scratchHash());
        String name = names[slot];
        while (name != null && !scratchIs(name)) {
            slot = (slot + 1) & (names.length - 1);
            name = names[slot];
        }
        if (name == null) {
            name = new String(scratch, 0, scratchLength);
            names[slot] = name;
            rowOfSlot[slot] = -1;
            nameCount++;
        }
        int row = rowOfSlot[slot];
        if (row < 0) {
            row = newRow(name);
            rowOfSlot[slot] = row;
        }
        if (2 * nameCount > names.length) {
            rebuildNames(2 * names.length);
        }
        return row;
    }

    private int slotOf(int hash) {
        return (hash ^ (hash >>> 15)) & (names.length - 1);
    }

    private int newRow(String name) {
        if (rowCount == rowNames.length) {
            rowNames = Arrays.copyOf(rowNames, 2 * rowCount);
            rowInstances = Arrays.copyOf(rowInstances, 2 * rowCount);
            rowBytes = Arrays.copyOf(rowBytes, 2 * rowCount);
        }
        rowNames[rowCount] = name;
        rowInstances[rowCount] = 0;
        rowBytes[rowCount] = 0;
        return rowCount++;
    }

    private void forgetRows() {
        rowCount = 0;
        fillerBytes = 0;
        Arrays.fill(rowOfSlot, -1);
    }

    /** Same names, larger table. */
    private void rebuildNames(int length) {
        @Nullable String[] oldNames = names;
        int[] oldRows = rowOfSlot;
        names = new @Nullable String[length];
        rowOfSlot = new int[length];
        for (int i = 0; i < oldNames.length; i++) {
            String name = oldNames[i];
            if (name != null) {
                put(name, oldRows[i]);
            }
        }
    }

    /** Keeps the names of the last reading only: generated classes come and go, and this table must not grow with them. */
    private void shrinkNames() {
        Arrays.fill(names, null);
        for (int row = 0; row < rowCount; row++) {
            put(rowNames[row], row);
        }
        Arrays.fill(rowNames, rowCount, rowNames.length, "");
        nameCount = rowCount;
    }

    private void put(String name, int row) {
        int slot = slotOf(name.hashCode());
        while (names[slot] != null) {
            slot = (slot + 1) & (names.length - 1);
        }
        names[slot] = name;
        rowOfSlot[slot] = row;
    }

    /** How many class names are held between readings. */
    int knownNames() {
        return nameCount;
    }

    /** Bytes of all rows, without fillers. */
    long totalBytes() {
        long total = 0;
        for (int row = 0; row < rowCount; row++) {
            total += rowBytes[row];
        }
        return total;
    }

    /** Bytes of the rows that were dropped because they describe dead space. */
    long fillerBytes() {
        return fillerBytes;
    }

    /** Bytes of one class; 0 when there is no row of that name. */
    long bytesOf(String name) {
        for (int row = 0; row < rowCount; row++) {
            if (rowNames[row].equals(name)) {
                return rowBytes[row];
            }
        }
        return 0;
    }

    /** Returns the rows, most bytes first; the list belongs to the caller. */
    List<LiveSet.ClassRow> rows() {
        LiveSet.ClassRow[] rows = new LiveSet.ClassRow[rowCount];
        for (int row = 0; row < rowCount; row++) {
            rows[row] = new LiveSet.ClassRow(rowNames[row], rowInstances[row], rowBytes[row]);
        }
        Arrays.sort(rows, ClassHistogram::mostBytesFirst);
        return List.of(rows);
    }

    private static int mostBytesFirst(LiveSet.ClassRow a, LiveSet.ClassRow b) {
        int byBytes = Long.compare(b.bytes(), a.bytes());
        return byBytes != 0 ? byBytes : a.className().compareTo(b.className());
    }
}
