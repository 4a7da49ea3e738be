package dev.evenkeel.cli.lab;

import dev.evenkeel.soak.report.Markup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A flame graph: callers above, what they call below, as wide as the share of samples.
 *
 * <p>Boxes are a vector image that the page stretches; names stand beside it in percent, so that they keep their size on a
 * narrow screen.
 */
final class FlameGraph {
    private static final int ROW_PIXELS = 22;
    private static final double NARROWEST = 0.002;
    private static final double LABELLED = 0.05;
    private static final int TONES = 4;

    private final Profile profile;
    private final Node root = new Node("all samples");
    private final String hot;
    private final List<Box> boxes = new ArrayList<>();

    /** One frame with its callees. */
    private static final class Node {
        private final String frame;
        private final Map<String, Node> callees = new TreeMap<>();
        private long samples;

        Node(String frame) {
            this.frame = frame;
        }
    }

    /** One rectangle; left and width from 0 to 1. */
    record Box(String frame, long samples, double left, double width, int row) {}

    FlameGraph(Profile profile) {
        this.profile = profile;
        this.hot = profile.hottest().frame();
        profile.stacks().forEach(this::add);
        place(root, 0, 0);
    }

    private void add(String stack, long count) {
        Node node = root;
        node.samples += count;
        for (String frame : stack.split(";", -1)) {
            node = node.callees.computeIfAbsent(frame, Node::new);
            node.samples += count;
        }
    }

    private void place(Node node, double left, int row) {
        double width = root.samples == 0 ? 0 : (double) node.samples / root.samples;
        if (width < NARROWEST) {
            return;
        }
        boxes.add(new Box(node.frame, node.samples, left, width, row));
        double at = left;
        for (Node callee : node.callees.values()) {
            place(callee, at, row + 1);
            at += (double) callee.samples / root.samples;
        }
    }

    /** The rectangles, callers before callees. */
    List<Box> boxes() {
        return boxes;
    }

    void write(Markup m, String id) {
        int rows = boxes.stream().mapToInt(Box::row).max().orElse(0) + 1;
        m.open("div", "class", "flame", "style", "height:" + rows * ROW_PIXELS + "px");
        m.open(
                "svg",
                "viewBox",
                "0 0 1000 " + rows * ROW_PIXELS,
                "preserveAspectRatio",
                "none",
                "role",
                "img",
                "aria-labelledby",
                id + "-t");
        m.leaf("title", LabText.hotFrame(profile), "id", id + "-t");
        for (Box box : boxes) {
            m.open(
                    "rect",
                    "class",
                    box.frame().equals(hot)
                            ? "hot"
                            : "f" + Math.floorMod(box.frame().hashCode(), TONES),
                    "x",
                    number(1000 * box.left()),
                    "y",
                    Integer.toString(box.row() * ROW_PIXELS),
                    "width",
                    number(1000 * box.width()),
                    "height",
                    Integer.toString(ROW_PIXELS - 1));
            m.leaf("title", box.frame() + ": " + Findings.percent((double) box.samples() / root.samples));
            m.close();
        }
        m.close();
        for (Box box : boxes) {
            if (box.width() >= LABELLED) {
                m.leaf(
                        "span",
                        brief(box.frame()),
                        "aria-hidden",
                        "true",
                        "class",
                        box.frame().equals(hot) ? "hot" : "",
                        "style",
                        "left:" + number(100 * box.left()) + "%;width:" + number(100 * box.width()) + "%;top:"
                                + box.row() * ROW_PIXELS + "px");
            }
        }
        m.close();
    }

    /** Class and method without the package. */
    static String brief(String frame) {
        int method = frame.lastIndexOf('.');
        int type = method < 0 ? -1 : frame.lastIndexOf('.', method - 1);
        return frame.substring(type + 1);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
