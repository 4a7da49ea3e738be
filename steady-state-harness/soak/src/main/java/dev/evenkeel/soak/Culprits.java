package dev.evenkeel.soak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Finds what grew between two pieces of evidence. */
final class Culprits {
    /*
     * Rows are ranked by their share of the slope. On a heap that alone names the wrong thing: nearly every leak consists of
     * arrays, strings and map nodes by bytes, and the class that holds them is a small part. So the class that is not the
     * JDK's own, and whose instances grow along with those arrays, goes first: it is the one whose code to read. A direct
     * buffer has no class of its own at all; the class that grew by about as many instances as there are new buffers holds them.
     */

    private static final int MOST_PER_RESOURCE = 3;

    /** Smaller parts of a growth explain nothing. */
    private static final double LEAST_SHARE = 0.1;

    /** A class that keeps an array per instance grows by as many instances as the arrays, give or take. */
    private static final double LEAST_PACE = 0.25;

    /** Instances that a class gained, at least and as a share of those it has, to be named where none keeps pace with the arrays. */
    private static final double FEWEST_NEW = 10;

    private static final double LEAST_NEW_SHARE = 0.5;

    /** A class that keeps a buffer per instance grows by as many instances as there are new buffers, give or take. */
    private static final double BUFFERS_PER_HOLDER = 1.5;

    private static final Pattern JDK_OR_ARRAY = Pattern.compile(
            "(java|javax|jdk|sun|com\\.sun)\\..*|\\[.*|.*\\[\\]|(byte|short|char|int|long|float|double|boolean)");

    private Culprits() {}

    /** What one row grew by. */
    private record Growth(Evidence.Row now, double amount, double count, double share) {}

    /**
     * Suspects for one resource, the most telling first; at most three.
     *
     * @param hours time between the two
     * @param slopePerHour growth to be explained, above 0
     */
    static List<Culprit> of(
            WatchedResource resource, Evidence before, Evidence after, double hours, double slopePerHour) {
        if (!(hours > 0 && slopePerHour > 0)) {
            return List.of();
        }
        List<Growth> grown = grown(resource.key(), before, after, hours * slopePerHour);
        List<Growth> large =
                grown.stream().filter(g -> g.share() >= LEAST_SHARE).toList();
        List<Growth> named = new ArrayList<>();
        if (resource == WatchedResource.HEAP_LIVE) {
            double pace = large.stream().mapToDouble(Growth::count).max().orElse(0);
            grown.stream()
                    .filter(g -> pace > 0 && g.count() >= LEAST_PACE * pace)
                    .filter(g -> !JDK_OR_ARRAY.matcher(g.now().what()).matches())
                    .limit(1)
                    .forEach(named::add);
            if (named.isEmpty()) {
                // Few and large: a leaked class loader keeps one large array and hundreds of small ones of the JDK's.
                grown.stream()
                        .filter(g -> g.count()
                                >= Math.max(
                                        FEWEST_NEW, LEAST_NEW_SHARE * g.now().count()))
                        .filter(g -> !JDK_OR_ARRAY.matcher(g.now().what()).matches())
                        .max(Comparator.comparingDouble(Growth::count))
                        .ifPresent(named::add);
            }
        }
        if (resource == WatchedResource.DIRECT_MEMORY && !large.isEmpty()) {
            double buffers = large.get(0).count();
            grown(WatchedResource.HEAP_LIVE.key(), before, after, hours * slopePerHour).stream()
                    .filter(g -> !JDK_OR_ARRAY.matcher(g.now().what()).matches())
                    .filter(g -> apart(g.count(), buffers) <= Math.log(BUFFERS_PER_HOLDER))
                    .min(Comparator.comparingDouble(g -> apart(g.count(), buffers)))
                    .ifPresent(named::add);
        }
        large.stream().filter(g -> !named.contains(g)).forEach(named::add);
        return named.stream()
                .limit(MOST_PER_RESOURCE)
                .map(g -> new Culprit(
                        resource.key(),
                        g.now().what(),
                        words(resource, g, hours),
                        g.amount() / hours,
                        g.share(),
                        g.now().at()))
                .toList();
    }

    private static double apart(double count, double other) {
        return count > 0 && other > 0 ? Math.abs(Math.log(count / other)) : Double.POSITIVE_INFINITY;
    }

    /** Rows that grew, by amount, largest first. */
    private static List<Growth> grown(String resource, Evidence before, Evidence after, double explained) {
        Map<String, Evidence.Row> start = new HashMap<>();
        for (Evidence.Row row : before.rows()) {
            if (row.resource().equals(resource)) {
                start.put(row.what(), row);
            }
        }
        List<Growth> grown = new ArrayList<>();
        for (Evidence.Row row : after.rows()) {
            Evidence.Row then = start.get(row.what());
            double amount = row.amount() - (then == null ? 0 : then.amount());
            double count = row.count() - (then == null ? 0 : then.count());
            if (row.resource().equals(resource) && amount > 0) {
                grown.add(new Growth(row, amount, count, Math.min(1, amount / explained)));
            }
        }
        grown.sort(Comparator.comparingDouble(Growth::amount).reversed().thenComparing(g -> g.now()
                .what()));
        return grown;
    }

    private static String words(WatchedResource resource, Growth growth, double hours) {
        String during = " in " + Amounts.duration(hours * 3600);
        String now = ", now " + Amounts.number(growth.now().count());
        String at = growth.now().at().isEmpty() ? "" : ", at " + growth.now().at();
        if (resource.unit().equals("By")) {
            return (growth.count() >= 0 ? "+" : "")
                    + Amounts.number(growth.count())
                    + " instances and +"
                    + Amounts.of(growth.amount(), "By")
                    + during
                    + now
                    + " instances"
                    + at;
        }
        return "+" + Amounts.number(growth.amount()) + during + now + at;
    }
}
