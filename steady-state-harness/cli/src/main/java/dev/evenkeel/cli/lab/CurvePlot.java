package dev.evenkeel.cli.lab;

import dev.evenkeel.soak.report.Axis;
import dev.evenkeel.soak.report.Markup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Curves with their spread over a few places, such as thread counts.
 *
 * <p>Drawn like the plots of a soak report, whose style sheet it shares: a vector image of 1000 x 1000 units that is
 * stretched, and text beside it that is not.
 */
final class CurvePlot {
    /** Room between the labels at the right, in thousandths of the height. */
    private static final double LABEL_ROOM = 62;

    /**
     * One curve.
     *
     * @param tone a class of the style sheet, which gives it its colour and dashes
     * @param x places, ascending, as many as spreads
     */
    record Curve(String name, String tone, List<Integer> x, List<Spread> spreads) {}

    private final String id;
    private final String title;
    private final String unit;
    private final Axis across;
    private final Axis up;
    private final List<Curve> curves;

    CurvePlot(String id, String title, String unit, Axis across, Axis up, List<Curve> curves) {
        this.id = id;
        this.title = title;
        this.unit = unit;
        this.across = across;
        this.up = up;
        this.curves = curves.stream().filter(curve -> !curve.x().isEmpty()).toList();
    }

    /** A logarithmic axis with a tick at each place. */
    static Axis places(List<Integer> ascending) {
        double first = ascending.get(0);
        double last = ascending.get(ascending.size() - 1);
        double air = first == last ? 2 : Math.pow(last / first, 0.04);
        List<Axis.Tick> ticks = new ArrayList<>();
        for (int place : ascending) {
            ticks.add(new Axis.Tick(place, place >= 1000 && place % 1000 == 0 ? place / 1000 + "k" : "" + place));
        }
        return new Axis(first / air, last * air, true, ticks);
    }

    void write(Markup m, String foot) {
        m.open("div", "class", "plot curves");
        m.leaf("div", unit + (up.logarithmic() ? ", log scale" : ""), "class", "unit", "aria-hidden", "true");
        m.open("div", "class", "ylab", "aria-hidden", "true");
        for (Axis.Tick tick : up.ticks()) {
            m.leaf("span", tick.label(), "style", "bottom:" + percent(up.at(tick.value())));
        }
        m.close();
        m.open("div", "class", "area");
        m.open("svg", "viewBox", "0 0 1000 1000", "preserveAspectRatio", "none", "role", "img", "aria-labelledby", id);
        m.leaf("title", description(), "id", id);
        StringBuilder grid = new StringBuilder();
        for (Axis.Tick tick : up.ticks()) {
            grid.append("M0 ").append(number(1000 - up.at(tick.value()))).append("h1000");
        }
        m.empty("path", "class", "grid", "d", grid.toString());
        for (Curve curve : curves) {
            m.empty("path", "class", "spread " + curve.tone(), "d", band(curve));
        }
        for (Curve curve : curves) {
            m.empty("path", "class", "curve " + curve.tone(), "d", line(curve));
            m.empty("path", "class", "points " + curve.tone(), "d", points(curve));
        }
        m.close().close();
        labels(m);
        m.open("div", "class", "xlab", "aria-hidden", "true");
        for (Axis.Tick tick : across.ticks()) {
            m.leaf("span", tick.label(), "style", "left:" + percent(across.at(tick.value())));
        }
        m.close();
        m.leaf("div", foot, "class", "foot", "aria-hidden", "true");
        m.close();
    }

    /** What the curves say, for those who cannot see them. */
    private String description() {
        StringBuilder words = new StringBuilder(title).append(". ");
        for (Curve curve : curves) {
            int last = curve.x().size() - 1;
            words.append(curve.name())
                    .append(": ")
                    .append(Findings.number(curve.spreads().get(0).median()))
                    .append(" at ")
                    .append(curve.x().get(0))
                    .append(", ")
                    .append(Findings.number(curve.spreads().get(last).median()))
                    .append(" at ")
                    .append(curve.x().get(last))
                    .append("; ");
        }
        return words.append(unit).toString();
    }

    private void labels(Markup m) {
        List<Curve> ordered = curves.stream()
                .sorted(Comparator.comparingDouble(CurvePlot::end))
                .toList();
        double[] at =
                spaced(ordered.stream().mapToDouble(curve -> up.at(end(curve))).toArray(), LABEL_ROOM);
        m.open("div", "class", "rlab", "aria-hidden", "true");
        for (int i = 0; i < at.length; i++) {
            m.leaf("span", ordered.get(i).name(), "class", ordered.get(i).tone(), "style", "bottom:" + percent(at[i]));
        }
        m.close();
    }

    private static double end(Curve curve) {
        return curve.spreads().get(curve.spreads().size() - 1).median();
    }

    /** Ascending places pushed apart until they are that far from each other, kept as near to 0..1000 as they fit. */
    static double[] spaced(double[] ascending, double room) {
        double[] at = ascending.clone();
        for (int i = 0; i < at.length; i++) {
            at[i] = Math.max(at[i], i == 0 ? 0 : at[i - 1] + room);
        }
        for (int i = at.length - 1; i >= 0; i--) {
            at[i] = Math.min(at[i], i == at.length - 1 ? 1000 : at[i + 1] - room);
        }
        return at;
    }

    private String line(Curve curve) {
        StringBuilder d = new StringBuilder();
        for (int i = 0; i < curve.x().size(); i++) {
            d.append(i == 0 ? 'M' : 'L')
                    .append(point(curve, i, curve.spreads().get(i).median()));
        }
        return d.toString();
    }

    private String points(Curve curve) {
        StringBuilder d = new StringBuilder();
        for (int i = 0; i < curve.x().size(); i++) {
            d.append('M')
                    .append(point(curve, i, curve.spreads().get(i).median()))
                    .append("h0");
        }
        return d.toString();
    }

    private String band(Curve curve) {
        StringBuilder d = new StringBuilder();
        for (int i = 0; i < curve.x().size(); i++) {
            d.append(i == 0 ? 'M' : 'L')
                    .append(point(curve, i, curve.spreads().get(i).high()));
        }
        for (int i = curve.x().size() - 1; i >= 0; i--) {
            d.append('L').append(point(curve, i, curve.spreads().get(i).low()));
        }
        return d.append('z').toString();
    }

    private String point(Curve curve, int i, double value) {
        return number(across.at(curve.x().get(i))) + " " + number(1000 - up.at(value));
    }

    private static String percent(double thousandths) {
        return number(thousandths / 10) + "%";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", Math.max(-3000, Math.min(4000, value)));
    }
}
