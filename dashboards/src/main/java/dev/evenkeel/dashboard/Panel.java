package dev.evenkeel.dashboard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One time-series panel.
 *
 * @param id unique in its dashboard
 * @param unit Grafana's unit id: {@code bytes}, {@code short}, {@code percentunit}
 * @param x left edge on Grafana's grid of 24 columns
 * @param threshold value of a fixed threshold line; null where the line is a series, because the limit differs by process
 */
record Panel(
        int id,
        String title,
        String description,
        String unit,
        int x,
        int y,
        int width,
        int height,
        @Nullable Double threshold,
        List<Target> targets) {

    Panel {
        targets = List.copyOf(targets);
    }

    /**
     * One query.
     *
     * @param line whether it is drawn as a dashed threshold line
     */
    record Target(String refId, String expr, String legend, boolean line) {}
}
