package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.Exemplar;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.convert.ClassicBuckets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The newest exemplar of each classic bucket. Not thread-safe; used again for each reading. */
final class BucketExemplars {
    private final @Nullable Exemplar[] newest;
    private boolean any;

    BucketExemplars(ClassicBuckets buckets) {
        newest = new @Nullable Exemplar[buckets.size()];
    }

    /** Takes those of a reading in place of those before. */
    void read(HistogramReading reading, ClassicBuckets buckets) {
        if (any) {
            Arrays.fill(newest, null);
            any = false;
        }
        List<Exemplar> exemplars = reading.exemplars();
        for (int n = 0;
                n < exemplars.size();
                n++) { // oldest first; by number, for an iterator is 32 bytes a histogram and scrape
            Exemplar exemplar = exemplars.get(n);
            int i = 0;
            while (exemplar.value() > buckets.bound(i)) { // the last bound is infinity
                i++;
            }
            newest[i] = exemplar;
            any = true;
        }
    }

    @Nullable
    Exemplar of(int bucket) {
        return newest[bucket];
    }
}
