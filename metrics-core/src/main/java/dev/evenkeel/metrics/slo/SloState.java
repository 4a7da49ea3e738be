package dev.evenkeel.metrics.slo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.zip.CRC32C;

/** The text of a state file. Stateless. */
final class SloState {
    /*
     * evenkeel-slo 1                                   schema number
     * slo NAME
     * objective KIND target=0.999 period=PT720H ...    what the readings are about
     * last TIME GOOD TOTAL OBSERVED                    milliseconds since 1970, events, events, milliseconds
     * ring READINGS                                    four times, each with its readings, the oldest first
     * TIME GOOD TOTAL OBSERVED
     * ...
     * crc32c 01234567                                  of all bytes before this line
     */
    private static final String SCHEMA = "evenkeel-slo 1";

    private static final String SCHEMA_WORD = "evenkeel-slo ";
    private static final String CHECKSUM_WORD = "crc32c ";

    /** Why a state cannot be used. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message);
        }
    }

    /** One objective's part, not yet compared with an objective. */
    record Part(String fingerprint, List<long[]> rows, List<Integer> ringSizes) {
        /** @throws Unusable when the readings contradict each other */
        SloHistory toHistory(Slo slo) throws Unusable {
            SloHistory history = new SloHistory(slo.periodMillis(), slo.budget());
            long[] last = rows.get(0);
            history.restore(last[0], last[1], last[2], last[3]);
            int row = 1;
            for (int i = 0; i < SloHistory.RINGS; i++) {
                ReadingRing ring = history.rings().get(i);
                int size = ringSizes.get(i);
                if (size < 1 || size > ring.capacity()) {
                    throw new Unusable("a ring has " + size + " readings");
                }
                long[] before = {Long.MIN_VALUE, 0, 0, 0};
                for (int end = row + size; row < end; row++) {
                    long[] reading = rows.get(row);
                    if (reading[0] <= before[0] || !follows(before, reading)) {
                        throw new Unusable("its readings go backwards");
                    }
                    ring.append(reading[0], reading[1], reading[2], reading[3]);
                    before = reading;
                }
                if (last[0] < before[0] || !follows(before, last)) {
                    throw new Unusable("its readings go past the last one");
                }
            }
            return history;
        }

        private static boolean follows(long[] before, long[] after) {
            return after[1] >= 0 && after[1] <= after[2] && after[2] >= before[2] && after[3] >= before[3];
        }
    }

    private SloState() {}

    static void append(StringBuilder text, Slo slo, SloHistory history) {
        if (text.length() == 0) {
            text.append(SCHEMA).append('\n');
        }
        text.append("slo ").append(slo.name()).append('\n');
        text.append("objective ").append(slo.fingerprint()).append('\n');
        text.append("last ");
        row(text, history.time(), history.good(), history.total(), history.observed());
        for (ReadingRing ring : history.rings()) {
            text.append("ring ").append(ring.size()).append('\n');
            for (int i = 0; i < ring.size(); i++) {
                int place = ring.place(i);
                row(text, ring.time(place), ring.good(place), ring.total(place), ring.observed(place));
            }
        }
    }

    private static void row(StringBuilder text, long time, long good, long total, long observed) {
        text.append(time).append(' ').append(good).append(' ').append(total);
        text.append(' ').append(observed).append('\n');
    }

    static byte[] withChecksum(StringBuilder text) {
        String checksum = checksum(text.toString().getBytes(US_ASCII));
        text.append(CHECKSUM_WORD).append(checksum).append('\n');
        return text.toString().getBytes(US_ASCII);
    }

    private static String checksum(byte... bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return String.format("%08x", crc.getValue());
    }

    /** @throws Unusable when it is damaged, or of another schema */
    static Map<String, Part> parse(byte... bytes) throws Unusable {
        String text = new String(bytes, US_ASCII);
        if (!text.startsWith(SCHEMA_WORD)) {
            throw new Unusable("it is no SLO state");
        }
        int end = text.lastIndexOf(CHECKSUM_WORD);
        if (end < 0) {
            throw new Unusable("it ends early");
        }
        String said = text.substring(end + CHECKSUM_WORD.length()).strip();
        String is = checksum(text.substring(0, end).getBytes(US_ASCII));
        if (!said.equals(is)) {
            throw new Unusable("its checksum is " + is + " where it says " + said);
        }
        ArrayDeque<String> lines =
                new ArrayDeque<>(text.substring(0, end).lines().toList());
        String schema = lines.remove();
        if (!schema.equals(SCHEMA)) {
            throw new Unusable("its schema is \"" + schema + "\" where this version reads \"" + SCHEMA + "\"");
        }
        try {
            Map<String, Part> parts = new HashMap<>();
            while (!lines.isEmpty()) {
                String name = after("slo ", lines.remove());
                String fingerprint = after("objective ", lines.remove());
                List<long[]> rows = new ArrayList<>();
                List<Integer> sizes = new ArrayList<>();
                rows.add(numbers(after("last ", lines.remove())));
                for (int i = 0; i < SloHistory.RINGS; i++) {
                    int size = Integer.parseInt(after("ring ", lines.remove()));
                    sizes.add(size);
                    for (int k = 0; k < size; k++) {
                        rows.add(numbers(lines.remove()));
                    }
                }
                parts.put(name, new Part(fingerprint, rows, sizes));
            }
            return parts;
        } catch (NoSuchElementException | IllegalArgumentException e) {
            throw new Unusable("it has lines that do not belong there: " + e.getMessage());
        }
    }

    private static String after(String word, String line) {
        if (!line.startsWith(word)) {
            throw new IllegalArgumentException("\"" + line + "\" where \"" + word.strip() + "\" was expected");
        }
        return line.substring(word.length());
    }

    private static long[] numbers(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 4) {
            throw new IllegalArgumentException("\"" + line + "\" has not four numbers");
        }
        long[] numbers = new long[4];
        for (int i = 0; i < 4; i++) {
            numbers[i] = Long.parseLong(words[i]);
        }
        return numbers;
    }
}
