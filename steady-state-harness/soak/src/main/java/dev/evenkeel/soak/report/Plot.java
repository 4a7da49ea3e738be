package dev.evenkeel.soak.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One plot over the time of the run: readings, the fitted model, what the budget allows, what happened.
 */
final class Plot {

    /*
     * The drawing is a vector image of 1000 x 1000 units that the style sheet stretches to whatever box
     * there is; strokes keep their width ("non-scaling-stroke"), and a reading is a stroke of no length
     * with a round cap, so that it stays round. Labels are text beside the image, placed in percent:
     * they keep their size on a telephone, where labels inside a scaled image would be unreadable.
     *
     * Faults and pauses are the same for all plots of a page. They are drawn once and referred to, or
     * a day with a fault every five minutes would cost more bytes than its readings.
     */

    private static final int COLUMNS = 320;
    private static final MathContext SIX = new MathContext(6);

    private final String id;
    private final String title;
    private final Unit unit;
    private final Axis time;
    private final Axis axis;
    private final Unit.Scale scale;
    private final Thinned readings;
    private final List<String[]> legend = new ArrayList<>();
    private String tone = "";
    private String description = "";
    private String fit = "";
    private String fitSeconds = "";
    private String fitValues = "";
    private String guide = "";
    private final List<double[]> aside = new ArrayList<>();

    /**
     * @param id unique in the page
     * @param axis vertical axis; readings outside are clipped
     */
    Plot(String id, String title, Unit unit, Axis time, Axis axis, double[] seconds, double[] values) {
        this.id = id;
        this.title = title;
        this.unit = unit;
        this.time = time;
        this.axis = axis;
        this.scale = unit.scale(axis.low(), axis.high());
        this.readings = Thinned.of(seconds, values, COLUMNS);
        legend.add(new String[] {dotted() ? "k-dot" : readings.perColumn() > 1 ? "k-band" : "k-line", "readings"});
        if (readings.perColumn() > 1) {
            legend.add(new String[] {
                "", "lowest and highest of " + Unit.count(readings.perColumn()) + " readings at each place"
            });
        }
    }

    /** Words for those who cannot see the picture. */
    Plot describe(String words) {
        description = words;
        return this;
    }

    /** Colour of the model line, by the class of the verdict; the verdict itself stands in words beside the plot. */
    Plot tone(String name) {
        tone = name;
        return this;
    }

    Plot model(double[] seconds, double[] values) {
        if (seconds.length > 0) {
            fit = line(seconds, values);
            fitSeconds = list(seconds, 1);
            fitValues = list(values, scale.divisor());
            legend.add(new String[] {"k-fit", "model, fitted along the lower half"});
        }
        return this;
    }

    /** A dashed line from one point to another. */
    Plot guide(double fromSecond, double fromValue, double toSecond, double toValue, String words) {
        guide = line(new double[] {fromSecond, toSecond}, new double[] {fromValue, toValue});
        legend.add(new String[] {"k-guide", words});
        return this;
    }

    /** Shades a part that no verdict looks at. */
    Plot aside(double fromSecond, double toSecond, String words) {
        if (toSecond - fromSecond > 0) {
            aside.add(new double[] {time.at(fromSecond), time.at(toSecond)});
            legend.add(new String[] {"k-aside", words});
        }
        return this;
    }

    void write(Markup m, Happenings happenings) {
        m.open(
                "div",
                "class",
                "plot " + tone,
                "data-t",
                list(readings.seconds(), 1),
                "data-v",
                list(readings.values(), scale.divisor()),
                "data-ft",
                fitSeconds,
                "data-fv",
                fitValues,
                "data-unit",
                scale.suffix(),
                "data-axis",
                plain(axis.low() / scale.divisor())
                        + " "
                        + plain(axis.high() / scale.divisor())
                        + (axis.logarithmic() ? " log" : ""),
                "data-end",
                plain(time.high()),
                "data-name",
                title);
        if (!scale.suffix().isEmpty()) {
            m.leaf(
                    "div",
                    scale.suffix() + (axis.logarithmic() ? ", log scale" : ""),
                    "class",
                    "unit",
                    "aria-hidden",
                    "true");
        }
        m.open("div", "class", "ylab", "aria-hidden", "true");
        for (Axis.Tick tick : axis.ticks()) {
            m.leaf("span", tick.label(), "style", "bottom:" + percent(axis.at(tick.value())));
        }
        m.close();
        m.open("div", "class", "area");
        m.open(
                "svg",
                "viewBox",
                "0 0 1000 1000",
                "preserveAspectRatio",
                "none",
                "role",
                "img",
                "aria-labelledby",
                id + "-t " + id + "-d");
        m.leaf("title", title, "id", id + "-t");
        m.leaf("desc", description, "id", id + "-d");
        for (double[] part : aside) {
            m.empty("path", "class", "aside", "d", box(part[0], part[1], 1000));
        }
        happenings.use(m);
        StringBuilder grid = new StringBuilder();
        for (Axis.Tick tick : axis.ticks()) {
            grid.append("M0 ").append(tenth(1000 - axis.at(tick.value()))).append("h1000");
        }
        m.empty("path", "class", "grid", "d", grid.toString());
        if (readings.perColumn() > 1) {
            m.empty("path", "class", "band", "d", band());
        } else {
            String way = line(readings.seconds(), readings.values());
            m.empty("path", "class", dotted() ? "thread" : "line", "d", way);
        }
        if (dotted()) {
            m.empty("path", "class", "dots", "d", dots());
        }
        if (!guide.isEmpty()) {
            m.empty("path", "class", "guide", "d", guide);
        }
        if (!fit.isEmpty()) {
            m.empty("path", "class", "halo", "d", fit);
            m.empty("path", "class", "fit", "d", fit);
        }
        m.close();
        happenings.labels(m, time);
        m.close();
        m.open("div", "class", "xlab", "aria-hidden", "true");
        int i = 0;
        for (Axis.Tick tick : time.ticks()) {
            double at = time.at(tick.value());
            m.leaf("span", tick.label(), "class", i++ % 2 == 0 ? "" : "odd", "style", "left:" + percent(at));
        }
        m.close();
        m.close();
        m.open("ul", "class", "legend " + tone);
        for (String[] key : legend) {
            m.open("li");
            if (!key[0].isEmpty()) {
                m.empty("i", "class", key[0]);
            }
            m.text(key[1]).close();
        }
        happenings.legend(m);
        m.close();
    }

    private boolean dotted() {
        return readings.perColumn() == 1 && readings.seconds().length <= 400;
    }

    private String dots() {
        StringBuilder d = new StringBuilder();
        for (int i = 0; i < readings.seconds().length; i++) {
            if (Double.isFinite(readings.values()[i])) {
                d.append('M')
                        .append(point(readings.seconds()[i], readings.values()[i]))
                        .append("h0");
            }
        }
        return d.toString();
    }

    /** From lowest to highest of each column, as one area a stretch without gaps. */
    private String band() {
        double[] t = readings.seconds();
        double[] v = readings.values();
        StringBuilder d = new StringBuilder();
        int columns = t.length / 2;
        int from = 0;
        while (from < columns) {
            int to = from;
            while (to < columns && Double.isFinite(v[2 * to])) {
                to++;
            }
            for (int c = from; c < to; c++) {
                d.append(c == from ? 'M' : 'L').append(point(t[2 * c], Math.max(v[2 * c], v[2 * c + 1])));
            }
            for (int c = to - 1; c >= from; c--) {
                d.append('L').append(point(t[2 * c], Math.min(v[2 * c], v[2 * c + 1])));
            }
            d.append(to > from ? "z" : "");
            from = to + 1;
        }
        return d.toString();
    }

    private String line(double[] seconds, double[] values) {
        StringBuilder d = new StringBuilder();
        boolean drawing = false;
        for (int i = 0; i < seconds.length; i++) {
            if (Double.isFinite(values[i])) {
                d.append(drawing ? 'L' : 'M').append(point(seconds[i], values[i]));
                drawing = true;
            } else {
                drawing = false;
            }
        }
        return d.toString();
    }

    private String point(double second, double value) {
        return tenth(time.at(second)) + " " + tenth(1000 - axis.at(value));
    }

    static String box(double from, double to, int deep) {
        return "M" + tenth(from) + " 0H" + tenth(to) + "V" + deep + "H" + tenth(from) + "z";
    }

    static String tenth(double v) {
        double bounded = Math.max(-3000, Math.min(4000, v));
        String s = String.format(Locale.ROOT, "%.1f", bounded);
        return s.endsWith(".0") ? s.substring(0, s.length() - 2) : s;
    }

    static String percent(double thousandths) {
        return tenth(thousandths / 10) + "%";
    }

    private static String list(double[] values, double divisor) {
        StringBuilder out = new StringBuilder(values.length * 8);
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                out.append(' ');
            }
            out.append(Double.isFinite(values[i]) ? plain(values[i] / divisor) : "-");
        }
        return out.toString();
    }

    private static String plain(double v) {
        return v == 0 ? "0" : new BigDecimal(v).round(SIX).stripTrailingZeros().toPlainString();
    }
}
