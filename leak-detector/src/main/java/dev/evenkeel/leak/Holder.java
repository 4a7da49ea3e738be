package dev.evenkeel.leak;

import java.util.List;

/** The field of the application that holds what leaks, out of the path that leads there. */
final class Holder {
    private static final String STATIC = "static ";
    private static final String LOCAL = "local variable of ";
    private static final String FIELD = " .";

    private Holder() {}

    /**
     * The field nearest to the objects whose class is the application's, as {@code Class.field}; else the static field or the local
     * variable at the root.
     *
     * @param path one step a line, the root first, as {@link HeapPaths} writes it
     * @return empty when the path has neither
     */
    static String of(List<String> path) {
        for (int i = path.size() - 1; i > 0; i--) {
            String step = path.get(i);
            int field = step.lastIndexOf(FIELD);
            String type = type(step);
            if (field > 0 && isTelling(type)) {
                return type + "." + step.substring(field + FIELD.length());
            }
        }
        String root = path.isEmpty() ? "" : path.get(0);
        if (root.startsWith(STATIC)) {
            return root.substring(STATIC.length());
        }
        return root.startsWith(LOCAL) ? root : "";
    }

    /** {@code HashMap} of {@code HashMap of 12 .table}. */
    private static String type(String step) {
        int end = step.indexOf(' ');
        return end < 0 ? step : step.substring(0, end);
    }

    private static boolean isTelling(String type) {
        return type.indexOf('.') >= 0 && HeapCensus.tier(type) == 0;
    }
}
