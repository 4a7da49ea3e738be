package dev.evenkeel.drift;

/**
 * The best model of two terms with each step beside it, under one autocorrelation: three deployments in a run are no leak. Not
 * thread-safe.
 */
final class ThirdStep {
    private static final double DEPENDENT = 1e-9;

    private final CandidateColumns columns;
    private final WhitenedColumns w;
    private final double[] coefficients = new double[3];
    /** Columns of the two terms, how many they are, and their products as L L'. */
    private final int[] of = new int[3];

    private int width;
    private final double[][] lower = new double[3][3];
    private final double[] projection = new double[3];
    private final double[] slopeWeight = new double[3];

    // Of the step in hand.
    private final double[] link = new double[3];
    private double pivot;

    /** What the model with the step explains, adds to the slope and to its variance factor; whether one of its steps falls. */
    double explained;

    double slope;
    double factor;
    boolean falls;

    ThirdStep(CandidateColumns columns, WhitenedColumns w) {
        this.columns = columns;
        this.w = w;
    }

    /** Takes two candidates, the second of which may be a cycle; returns how many columns they have. */
    int beside(int first, int second) {
        width = 2;
        of[0] = first;
        of[1] = second;
        if (second >= columns.single) {
            width = 3;
            of[1] = columns.single + 2 * (second - columns.single);
            of[2] = of[1] + 1;
        }
        for (int a = 0; a < width; a++) {
            for (int b = 0; b <= a; b++) {
                double sum = product(of[a], of[b]);
                for (int k = 0; k < b; k++) {
                    sum -= lower[a][k] * lower[b][k];
                }
                lower[a][b] = a == b ? Math.sqrt(sum) : sum / lower[b][b];
            }
            projection[a] = solved(a, w.projections[of[a]], lower[a], projection);
            slopeWeight[a] = solved(a, w.slopeWeights[of[a]], lower[a], slopeWeight);
        }
        return width;
    }

    private double solved(int a, double value, double[] row, double[] before) {
        double sum = value;
        for (int k = 0; k < a; k++) {
            sum -= row[k] * before[k];
        }
        return sum / row[a];
    }

    /** Adds the step of a candidate; false where it depends on the others. */
    boolean with(int step) {
        double own = w.gram[step][step];
        pivot = own;
        double u = w.projections[step];
        double weight = w.slopeWeights[step];
        explained = 0;
        slope = 0;
        factor = 0;
        for (int a = 0; a < width; a++) {
            double sum = product(step, of[a]);
            for (int b = 0; b < a; b++) {
                sum -= lower[a][b] * link[b];
            }
            link[a] = sum / lower[a][a];
            pivot -= link[a] * link[a];
            u -= link[a] * projection[a];
            weight -= link[a] * slopeWeight[a];
            explained += projection[a] * projection[a];
            slope += projection[a] * slopeWeight[a];
            factor += slopeWeight[a] * slopeWeight[a];
        }
        if (!(pivot > DEPENDENT * own)) {
            return false;
        }
        explained += u * u / pivot;
        slope += u * weight / pivot;
        factor += weight * weight / pivot;
        falls = u < 0 || oneOfThePairFalls(u / pivot);
        return true;
    }

    /** By back substitution of the coefficients of the pair, beside that of the step. */
    private boolean oneOfThePairFalls(double coefficient) {
        boolean one = false;
        for (int a = width - 1; a >= 0; a--) {
            double sum = projection[a] - link[a] * coefficient;
            for (int b = a + 1; b < width; b++) {
                sum -= lower[b][a] * coefficients[b];
            }
            coefficients[a] = sum / lower[a][a];
            one |= of[a] < columns.single && columns.step(of[a]) && coefficients[a] < 0;
        }
        return one;
    }

    private double product(int a, int b) {
        int high = Math.max(a, b);
        int low = Math.min(a, b);
        return w.gram[high][low < columns.single ? low : columns.single + (low - columns.single) % 2];
    }
}
