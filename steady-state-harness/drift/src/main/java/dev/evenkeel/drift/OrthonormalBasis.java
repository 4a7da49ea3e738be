package dev.evenkeel.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An orthonormal basis of a few columns, grown by Gram-Schmidt with a second pass; not thread-safe. */
final class OrthonormalBasis {
    /**
     * A column with less than this left after projection adds nothing: it lies in the basis. Columns are of order 1.
     */
    private static final double VANISHED = 1e-6;

    private final List<double[]> vectors = new ArrayList<>();

    /** The basis of a straight line over x. */
    static OrthonormalBasis line(double[] x) {
        OrthonormalBasis basis = new OrthonormalBasis();
        basis.addAll(basis.orthonormalised(List.of(ones(x.length))));
        basis.addAll(basis.orthonormalised(List.of(x)));
        return basis;
    }

    static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    void addAll(List<double[]> orthonormal) {
        vectors.addAll(orthonormal);
    }

    /** What the columns add to the basis, orthonormal; shorter than the argument where a column adds nothing. */
    List<double[]> orthonormalised(List<double[]> columns) {
        List<double[]> added = new ArrayList<>(columns.size());
        for (double[] column : columns) {
            double[] q = orthonormalised(column, added);
            if (q != null) {
                added.add(q);
            }
        }
        return added;
    }

    private double @Nullable [] orthonormalised(double[] column, List<double[]> more) {
        double[] c = column.clone();
        for (int pass = 0; pass < 2; pass++) {
            for (double[] q : vectors) {
                subtractProjection(c, q);
            }
            for (double[] q : more) {
                subtractProjection(c, q);
            }
        }
        double norm = Math.sqrt(dot(c, c));
        if (!(norm > VANISHED)) {
            return null;
        }
        for (int i = 0; i < c.length; i++) {
            c[i] /= norm;
        }
        return c;
    }

    /** y without what the basis explains. */
    double[] residual(double[] y) {
        double[] r = y.clone();
        for (double[] q : vectors) {
            subtractProjection(r, q);
        }
        return r;
    }

    private static void subtractProjection(double[] c, double[] q) {
        double k = dot(c, q);
        for (int i = 0; i < c.length; i++) {
            c[i] -= k * q[i];
        }
    }

    /** Sums from the first element to the last, so that the digits do not depend on the machine. */
    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
