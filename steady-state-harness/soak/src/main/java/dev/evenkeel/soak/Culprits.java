package dev.evenkeel.soak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds what grew between two pieces of evidence. */
final class Culprits {
    private static final int MOST_PER_RESOURCE = 3;

    /** Smaller parts of a growth explain nothing. */
    private static final double LEAST_SHARE = 0.1;

    private Culprits() {}

    /**
     * Suspects for one resource, the largest share of its slope first; at most three.
     *
     * @param hours time between the two
     * @param slopePerHour growth to be explained, above 0
     */
    static List<Culprit> of(
            WatchedResource resource, Evidence before, Evidence after, double hours, double slopePerHour) {
        if (!(hours > 0 && slopePerHour > 0)) {
            return List.of();
        }
        Map<String, Evidence.Row> start = new HashMap<>();
        for (Evidence.Row row : before.rows()) {
            if (row.resource().equals(resource.key())) {
                start.put(row.what(), row);
            }
        }
        List<Culprit> grown = new ArrayList<>();
        for (Evidence.Row row : after.rows()) {
            if (!row.resource().equals(resource.key())) {
                continue;
            }
            Evidence.Row then = start.get(row.what());
            double amount = row.amount() - (then == null ? 0 : then.amount());
            double count = row.count() - (then == null ? 0 : then.count());
            double perHour = amount / hours;
            double share = Math.min(1, perHour / slopePerHour);
            if (amount > 0 && share >= LEAST_SHARE) {
                grown.add(new Culprit(
                        resource.key(), row.what(), words(resource, row, amount, count, hours), perHour, share));
            }
        }
        grown.sort(Comparator.comparingDouble(Culprit::perHour).reversed().thenComparing(Culprit::what));
        return List.copyOf(grown.subList(0, Math.min(MOST_PER_RESOURCE, grown.size())));
    }

    private static String words(WatchedResource resource, Evidence.Row row, double amount, double count, double hours) {
        String during = " in " + Amounts.duration(hours * 3600);
        if (resource.unit().equals("By")) {
            return "+"
                    + Amounts.of(amount, "By")
                    + " in "
                    + (count >= 0 ? "+" : "")
                    + Amounts.number(count)
                    + " instances"
                    + during
                    + ", now "
                    + Amounts.number(row.count())
                    + " instances";
        }
        return "+" + Amounts.number(amount) + during + ", now " + Amounts.number(row.count());
    }
}
