package dev.evenkeel.leak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns what is left of the suspects into findings, and the rest of the readings into detection limits. */
final class Findings {
    private final LeakOptions options;
    private final Readings readings;
    private final DetectionPower power;
    private final @Nullable HeapCensus heap;

    Findings(LeakOptions options, Readings readings) {
        this.options = options;
        this.readings = readings;
        power = new DetectionPower(options);
        heap = readings.heap();
    }

    /** The findings that are more than their budget; of the others a note is made. Called after the last reading. */
    List<LeakFinding> aboveBudget(List<Suspect> suspects, int last, List<String> notes) {
        List<LeakFinding> left = new ArrayList<>();
        for (LeakFinding f : findings(suspects, last)) {
            double budget = options.budget(f.resource());
            if (f.perIteration() > budget) {
                left.add(f);
            } else {
                notes.add(String.format(
                        Locale.ROOT,
                        "%s grew by %.2f per iteration (%s), within the budget of %.2f",
                        f.resource().title(),
                        f.perIteration(),
                        f.culprit(),
                        budget));
            }
        }
        return left;
    }

    /** One finding for each table with suspects, the certain ones first. */
    private List<LeakFinding> findings(List<Suspect> suspects, int last) {
        List<LeakFinding> findings = new ArrayList<>();
        for (GrowthRule.State state : List.of(GrowthRule.State.CERTAIN, GrowthRule.State.OPEN)) {
            for (Track track : readings.tracks()) {
                for (SeriesTable table : track.tables()) {
                    List<Suspect> mine = suspects.stream()
                            .filter(s -> s.state == state && s.track == track && s.table == table)
                            .toList();
                    if (!mine.isEmpty()) {
                        findings.add(
                                readings.isHeap(track)
                                        ? heapFinding(mine, last, state == GrowthRule.State.CERTAIN)
                                        : countFinding(track, mine, last, state == GrowthRule.State.CERTAIN));
                    }
                }
            }
        }
        return findings;
    }

    private LeakFinding countFinding(Track track, List<Suspect> suspects, int last, boolean certain) {
        boolean byCollection = suspects.get(0).closedByCollection();
        List<Suspect> named =
                suspects.stream().filter(s -> s.key != SeriesTable.TOTAL).toList();
        List<Suspect> chosen = named.isEmpty() ? suspects : named;
        List<Census.Group> groups =
                byCollection ? chosen.get(0).evidenceBeforeCollection(chosen) : track.census.evidence(keysOf(chosen));
        long grown = 0;
        for (Suspect s : chosen) {
            grown += s.table.value(last, s.key) - s.table.value(0, s.key);
        }
        List<LeakFinding.Evidence> evidence = groups.stream()
                .map(g -> new LeakFinding.Evidence(g.what(), g.count(), g.brief(), g.detail()))
                .toList();
        String culprit = evidence.isEmpty()
                ? track.census.resource().title()
                : evidence.get(0).what();
        return finding(track, chosen, last, certain, culprit, grown, evidence);
    }

    private LeakFinding heapFinding(List<Suspect> suspects, int last, boolean certain) {
        List<Census.Group> groups = new ArrayList<>(
                heap == null
                        ? List.of()
                        : heap.evidence(k -> keysOf(suspects).contains(k | 1)
                                || keysOf(suspects).contains(k & ~1L)));
        SeriesTable table = suspects.get(0).table;
        Map<Census.Group, Long> bytes = new HashMap<>();
        for (Census.Group g : groups) {
            bytes.put(g, table.value(last, g.key()) - table.value(0, g.key()));
        }
        groups.sort(Comparator.<Census.Group>comparingInt(g -> HeapCensus.tier(g.what()))
                .thenComparing(Comparator.comparingLong((Census.Group g) -> bytes.getOrDefault(g, 0L))
                        .reversed()));
        long grown = 0;
        List<LeakFinding.Evidence> evidence = new ArrayList<>();
        for (Census.Group g : groups) {
            long instances = table.value(last, g.key() + 1) - table.value(0, g.key() + 1);
            long more = bytes.getOrDefault(g, 0L);
            grown += more;
            evidence.add(new LeakFinding.Evidence(
                    g.what(),
                    instances,
                    String.format(Locale.ROOT, "%+,d objects, %+,d bytes", instances, more),
                    List.of()));
        }
        List<Suspect> inBytes = suspects.stream().filter(s -> (s.key & 1) == 0).toList();
        String culprit = evidence.isEmpty() ? "heap" : evidence.get(0).what();
        return finding(suspects.get(0).track, inBytes, last, certain, culprit, grown, evidence);
    }

    private LeakFinding finding(
            Track track,
            List<Suspect> suspects,
            int last,
            boolean certain,
            String culprit,
            long grown,
            List<LeakFinding.Evidence> evidence) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int column = Math.min(options.rounds() - 1, last - 1); column < last; column++) {
            long delta = 0;
            for (Suspect s : suspects) {
                delta += s.table.value(column + 1, s.key) - s.table.value(column, s.key);
            }
            double rate = delta / (double) readings.iterationsBetween(column, column + 1);
            low = Math.min(low, rate);
            high = Math.max(high, rate);
        }
        boolean byCollection = suspects.stream().anyMatch(Suspect::closedByCollection);
        return new LeakFinding(
                readings.isHeap(track) ? HeapRows.resourceOf(evidence) : track.census.resource(),
                byCollection ? LeakFinding.Kind.CLOSED_ONLY_BY_GC : LeakFinding.Kind.GROWTH,
                certain,
                Blame.ALONE,
                culprit,
                grown / (double) readings.iterationsAt(last),
                low,
                high,
                grown,
                readings.iterationsAt(last),
                since(suspects, last),
                evidence,
                List.of(),
                List.of());
    }

    /** Iterations up to the last round without any growth; 0 when it grew from the first one on. */
    private long since(List<Suspect> suspects, int last) {
        for (int column = last; column > 0; column--) {
            boolean grown = false;
            for (Suspect s : suspects) {
                grown |= s.table.value(column, s.key) > s.table.value(0, s.key);
            }
            if (!grown) {
                return readings.iterationsAt(column);
            }
        }
        return 0;
    }

    private static Census.KeySet keysOf(List<Suspect> suspects) {
        return key -> {
            for (Suspect s : suspects) {
                if (s.key == key) {
                    return true;
                }
            }
            return false;
        };
    }

    /** What would have been seen of each resource, where nothing moved at all. */
    List<DetectionLimit> limitsWithoutNoise() {
        return readings.tracks().stream()
                .map(track -> new DetectionLimit(track.census.resource(), 1 / rate(track), ""))
                .toList();
    }

    private double rate(Track track) {
        return readings.isHeap(track) ? power.heapRate() : power.rate();
    }

    /** What would have been seen of each resource, and what its noise may hide. */
    List<DetectionLimit> limits(List<Suspect> suspects) {
        List<DetectionLimit> limits = new ArrayList<>();
        int last = options.rounds();
        int first = Math.max(0, last - GrowthRule.WINDOW);
        for (Track track : readings.tracks()) {
            SeriesTable table = track.live;
            int moving = 0;
            int names = 0;
            long widest = 0;
            long widestKey = 0;
            for (int slot = 0; slot < table.capacity(); slot++) {
                long key = table.keyAt(slot);
                if (key == 0 || key == SeriesTable.TOTAL || (key & 1) == 1 || isFinding(suspects, table, key)) {
                    continue;
                }
                names++;
                long low = Long.MAX_VALUE;
                long high = Long.MIN_VALUE;
                for (int column = first; column <= last; column++) {
                    low = Math.min(low, table.valueAt(column, slot));
                    high = Math.max(high, table.valueAt(column, slot));
                }
                if (high > low) {
                    moving++;
                }
                if (high - low > widest) {
                    widest = high - low;
                    widestKey = key;
                }
            }
            limits.add(new DetectionLimit(
                    track.census.resource(), 1 / rate(track), noise(track, moving, names, widest, widestKey)));
        }
        return limits;
    }

    private static boolean isFinding(List<Suspect> suspects, SeriesTable table, long key) {
        for (Suspect s : suspects) {
            if (s.table == table && (s.key & ~1L) == key && s.state != GrowthRule.State.SETTLED) {
                return true;
            }
        }
        return false;
    }

    private String noise(Track track, int moving, int names, long widest, long widestKey) {
        if (moving == 0) {
            return "";
        }
        if (!readings.isHeap(track) || heap == null) {
            return String.format(
                    Locale.ROOT,
                    "in %d of %d groups the count moved by up to %d, there from %.2f per iteration",
                    moving,
                    names,
                    widest,
                    power.shareOfNoise() * widest);
        }
        List<Census.Group> noisiest = heap.evidence(key -> key == widestKey);
        return String.format(
                Locale.ROOT,
                "in %d of %d classes the size moved by itself, most in %s: there from %s per iteration",
                moving,
                names,
                noisiest.isEmpty() ? "one that is gone" : noisiest.get(0).what(),
                LeakText.bytes(Math.ceil(power.shareOfNoise() * widest)));
    }
}
