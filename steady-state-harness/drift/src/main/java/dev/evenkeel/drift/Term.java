package dev.evenkeel.drift;

import java.util.List;

/**
 * Something beside the trend that may explain the readings.
 *
 * @param parameters what it costs: its coefficients, and one more where its place was searched for
 * @param columns its columns over the kept slices
 * @param slopeWeight what one unit of each of its coefficients adds to the slope at the end of the run
 * @param place tau of a fill, share of the kept window of a step or hinge, periods in the kept window of a cycle
 * @param label the mark behind a known step, otherwise empty
 */
record Term(Kind kind, int parameters, List<double[]> columns, double slopeWeight, double place, String label) {
    enum Kind {
        /** exp(-x / tau): a cache that fills, a start that settles. */
        FILL,
        /** 1(x &gt;= s) at a searched s. */
        STEP,
        /** 1(x &gt;= s) where a mark says s. */
        EVENT,
        /** max(0, x - h): the slope changes. */
        HINGE,
        /** A sine and a cosine. */
        CYCLE
    }

    /** Whether the term may join those already chosen. Only searched terms count towards their limit. */
    boolean mayJoin(List<Term> chosen) {
        for (Term other : chosen) {
            boolean sameTwice = kind == other.kind && kind != Kind.STEP && kind != Kind.EVENT;
            boolean fillAndHinge =
                    (kind == Kind.FILL && other.kind == Kind.HINGE) || (kind == Kind.HINGE && other.kind == Kind.FILL);
            if (sameTwice || fillAndHinge || equals(other)) {
                return false;
            }
        }
        return true;
    }
}
