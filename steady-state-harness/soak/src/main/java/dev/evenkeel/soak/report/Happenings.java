package dev.evenkeel.soak.report;

import dev.evenkeel.drift.Mark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What happened during a run besides load: fault windows, restarts, events, and pauses of our own
 * making. Defined once in a page, used by each plot.
 */
final class Happenings {

    /** From this many events of one label on, they are a rhythm and not news: small ticks at the foot. */
    private static final int RHYTHM = 4;

    /** More windows of one label than this would shade the whole plot: a strip at the top, without labels. */
    private static final int CROWD = 16;

    /** Marks closer than this, in thousandths of the width, are drawn as one. */
    private static final double CLOSEST = 1.5;

    private final StringBuilder faults = new StringBuilder();
    private final StringBuilder events = new StringBuilder();
    private final StringBuilder rhythm = new StringBuilder();
    private final List<Mark> labelled = new ArrayList<>();
    private final List<String[]> legend = new ArrayList<>();
    private final boolean any;

    Happenings(List<Mark> marks, Axis time) {
        Map<String, Integer> count = new LinkedHashMap<>();
        for (Mark mark : marks) {
            count.merge(mark.kind() + " " + mark.label(), 1, Integer::sum);
        }
        Map<String, double[]> drawnTo = new LinkedHashMap<>();
        for (Mark mark : marks) {
            int times = count.getOrDefault(mark.kind() + " " + mark.label(), 0);
            boolean rhythmic = mark.kind() == Mark.Kind.EVENT && times >= RHYTHM;
            String layer = rhythmic ? "rhythm" : mark.kind().name();
            double from = time.at(mark.fromSecond());
            double[] last = drawnTo.computeIfAbsent(layer, key -> new double[] {Double.NEGATIVE_INFINITY});
            if (!rhythmic && times <= CROWD) {
                labelled.add(mark);
            }
            if (from - last[0] < CLOSEST) {
                continue;
            }
            double to = Math.max(time.at(mark.toSecond()), from);
            last[0] = to;
            if (mark.kind() == Mark.Kind.FAULT) {
                faults.append(Plot.box(from, Math.max(to, from + CLOSEST), times > CROWD ? 40 : 1000));
            } else if (rhythmic) {
                rhythm.append('M').append(Plot.tenth(from)).append(" 978V1000");
            } else {
                events.append('M').append(Plot.tenth(from)).append(" 0V1000");
            }
        }
        count.forEach((key, times) -> {
            int space = key.indexOf(' ');
            String kind = key.substring(0, space);
            String label = key.substring(space + 1);
            boolean rhythmic = kind.equals("EVENT") && times >= RHYTHM;
            String words = label.isEmpty() ? kind.toLowerCase(Locale.ROOT) : Unit.cut(label, 60);
            legend.add(new String[] {
                kind.equals("FAULT") ? "k-fault" : rhythmic ? "k-rhythm" : "k-event",
                words + (times > 1 ? ", " + Unit.count(times) + "\u00a0times" : "")
            });
        });
        any = !marks.isEmpty();
    }

    /** The shared shapes; once, before the first plot. */
    void define(Markup m) {
        if (!any) {
            return;
        }
        m.open("svg", "class", "defs", "width", "0", "height", "0", "aria-hidden", "true", "focusable", "false");
        m.open("defs").open("g", "id", "happenings");
        shape(m, "fault", faults);
        shape(m, "event", events);
        shape(m, "rhythm", rhythm);
        m.close().close().close().line();
    }

    void use(Markup m) {
        if (any) {
            m.empty("use", "href", "#happenings");
        }
    }

    /** Labels of windows, as many as have room without touching. */
    void labels(Markup m, Axis time) {
        double free = Double.NEGATIVE_INFINITY;
        double freeOnSmall = Double.NEGATIVE_INFINITY;
        for (Mark mark : labelled) {
            String words = Unit.cut(mark.label(), 24);
            double at = time.at(mark.fromSecond());
            double room = 12 + 7 * words.length();
            if (words.isEmpty() || at < free || at + room > 1000) {
                continue;
            }
            boolean small = at >= freeOnSmall && at + 2.6 * room <= 1000;
            m.leaf(
                    "span",
                    words,
                    "class",
                    small ? "mk" : "mk wide",
                    "style",
                    "left:" + Plot.percent(at),
                    "aria-hidden",
                    "true");
            free = at + room;
            if (small) {
                freeOnSmall = at + 2.6 * room;
            }
        }
    }

    void legend(Markup m) {
        for (String[] key : legend) {
            m.open("li").empty("i", "class", key[0]).text(key[1]).close();
        }
    }

    private static void shape(Markup m, String name, StringBuilder path) {
        if (path.length() > 0) {
            m.empty("path", "class", name, "d", path.toString());
        }
    }
}
