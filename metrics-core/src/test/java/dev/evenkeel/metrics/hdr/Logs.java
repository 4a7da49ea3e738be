package dev.evenkeel.metrics.hdr;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/** Reads logs with the library's reader. */
final class Logs {
    private Logs() {}

    static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    static long bytes(Path directory) throws IOException {
        long sum = 0;
        for (Path file : files(directory)) {
            sum += Files.size(file);
        }
        return sum;
    }

    /** Returns all intervals of all files, oldest first; a last line without an end is left out. */
    static List<Histogram> intervals(Path directory) throws IOException {
        List<Histogram> found = new ArrayList<>();
        for (Path file : files(directory)) {
            byte[] bytes = Files.readAllBytes(file);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            HistogramLogReader reader = new HistogramLogReader(new ByteArrayInputStream(Arrays.copyOf(bytes, end)));
            for (EncodableHistogram next = reader.nextIntervalHistogram();
                    next != null;
                    next = reader.nextIntervalHistogram()) {
                found.add((Histogram) next);
            }
        }
        return found;
    }

    /** Returns all intervals of a tag added up. */
    static Histogram sum(Path directory, String tag, int digits) throws IOException {
        Histogram sum = new Histogram(digits);
        for (Histogram interval : intervals(directory)) {
            if (tag.equals(interval.getTag())) {
                sum.add(interval);
            }
        }
        return sum;
    }
}
