package dev.evenkeel.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The slope of a series with its interval, and the model in words.
 *
 * @param falls how often the weightiest model falls while it rises, where that takes most of the rise back; otherwise 0
 */
record Fit(Estimate estimate, ModelWords words, int falls) {
    private static final double ROUNDING = 0x1p-40; // of the readings; a slope below it is rounding of the arithmetic
    /** By how much the unevenness of even noise exceeds 1 by chance, in one run of six. */
    private static final double BY_CHANCE = 1.25;

    /** The share of a rise that falls must have taken back for the rest to be one tooth more, as likely as not. */
    private static final double TAKEN_BACK = 0.6;

    private static final double SETTLED = 3; // time constants after which a fill counts as over
    private static final double SETTLES = 1.0 / 3; // a fill that is over by then is a warm-up

    /** By the reference method: one model, taken for true. */
    static Fit chosen(Slices slices, double budget, DriftAnalysis.Options options) {
        TrendModel model = TrendModel.of(slices, WarmUp.slicesToDiscard(slices));
        SlopeInterval interval = SlopeInterval.of(model);
        return new Fit(
                Estimate.of(model, interval, budget, options),
                ModelWords.of(model, interval, options.alphaFail(), options.alphaPass()),
                0);
    }

    /** Over all models. */
    static Fit averaged(Slices slices, double budget, DriftAnalysis.Options options) {
        double first = (double) slices.index[0] / slices.total;
        double[] x = slices.centres();
        for (int i = 0; i < x.length; i++) {
            x[i] = (x[i] - first) / (1 - first);
        }
        List<Term> events = new ArrayList<>();
        if (!slices.events.isEmpty()) {
            for (Term term : TrendModel.of(slices, 0).terms) {
                if (term.kind() == Term.Kind.EVENT) {
                    events.add(term);
                }
            }
        }
        List<double[]> base = new ArrayList<>(List.of(OrthonormalBasis.ones(x.length), x));
        events.forEach(event -> base.addAll(event.columns()));
        base.addAll(KnownColumns.of(slices, options));
        int n = x.length;
        ModelAverage average = ModelAverage.of(
                slices.index,
                slices.level,
                independent(base),
                Candidates.averaged(x),
                n * Math.max(slices.ditheredRoundingVariance(), slices.arithmeticNoise()),
                slices.stepDeclared ? slices.step : 0);
        SlopeMixture mixture = average.mixture();
        List<Term> terms = new ArrayList<>(events);
        terms.addAll(average.terms());
        TrendModel model = TrendModel.of(slices, x, terms);

        double widening = Math.sqrt(Math.max(1, model.fit.unevenness(model.slopeWeights()) / BY_CHANCE));
        double middle = mixture.quantile(0.5);
        SlopeMixture wary = mixture.wary();
        double low = middle - widening * (middle - Math.min(middle, wary.quantile(options.alphaFail())));
        double high = middle + widening * (mixture.quantile(1 - options.alphaPass()) - middle);
        double slope = model.perHour(rounded(middle, slices));
        double lower = model.perHour(rounded(low, slices));
        double upper = model.perHour(rounded(high, slices));
        double t = StudentT.quantile(options.alphaFail(), mixture.df());
        double detectable = budget + (t + Estimate.POWER) / t * (slope - lower);
        double p = lower > budget
                ? StudentT.upperTail(t * (slope - budget) / (slope - lower), mixture.df())
                : wary.below(middle + (budget / model.perHour(1) - middle) / widening);
        Estimate estimate = Estimate.of(
                model,
                new Estimate.Bounds(slope, lower, upper, detectable, p, average.rho()),
                settledSeconds(model, terms));
        ModelWords.Trend trend = new ModelWords.Trend(slope, lower <= 0 && upper >= 0);
        return new Fit(
                estimate,
                ModelWords.of(model, trend, options.alphaFail(), options.alphaPass()),
                fallsThatTookTheRiseBack(model));
    }

    /**
     * How often the readings fell while they rose, where that was more than once and took most of the rise back, as the teeth of a
     * saw do; otherwise 0.
     */
    private static int fallsThatTookTheRiseBack(TrendModel model) {
        int falls = 0;
        double fallen = 0;
        for (Term term : model.terms) {
            double size = model.fit.coefficient(model.columnOf(term));
            if (term.kind() == Term.Kind.STEP && size < 0) {
                falls++;
                fallen -= size;
            }
        }
        double[] values = model.fitValues();
        double kept = Math.scalb(values[values.length - 1] - values[0], -model.kept.exponent);
        return falls > 1 && fallen >= TAKEN_BACK * (fallen + kept) ? falls : 0;
    }

    private static double rounded(double slope, Slices slices) {
        return Math.abs(slope) <= slices.magnitude * ROUNDING ? 0 : slope;
    }

    /** The base without columns that those before them already span, such as a load that never changed. */
    private static List<double[]> independent(List<double[]> columns) {
        OrthonormalBasis basis = new OrthonormalBasis();
        List<double[]> independent = new ArrayList<>();
        for (double[] column : columns) {
            List<double[]> added = basis.orthonormalised(List.of(column));
            if (!added.isEmpty()) {
                basis.addAll(added);
                independent.add(column);
            }
        }
        return independent;
    }

    /** How long a fill at the start took, where it was over within the first third. */
    private static double settledSeconds(TrendModel model, List<Term> terms) {
        double settled = 0;
        for (Term term : terms) {
            double share = SETTLED * term.place();
            if (term.kind() == Term.Kind.FILL && share <= SETTLES) {
                settled = Math.max(settled, share);
            }
        }
        return settled == 0 ? 0 : model.secondAt(settled) - model.kept.startSecond;
    }

    /** Columns that the caller knows of: cycles of a declared period, and a load. */
    private static final class KnownColumns {
        private KnownColumns() {}

        static List<double[]> of(Slices slices, DriftAnalysis.Options options) {
            List<double[]> columns = new ArrayList<>();
            int n = slices.size();
            for (double period : options.periodsSeconds()) {
                double[] sine = new double[n];
                double[] cosine = new double[n];
                for (int i = 0; i < n; i++) {
                    double angle = 2 * Math.PI * slices.second(slices.centre(i)) / period;
                    sine[i] = StrictMath.sin(angle);
                    cosine[i] = StrictMath.cos(angle);
                }
                columns.add(sine);
                columns.add(cosine);
            }
            TimeSeries load = options.load();
            if (load != null) {
                columns.add(load(slices, load));
            }
            return columns;
        }

        /** The mean load in each slice, scaled to order 1; where none was read, the mean of all. */
        private static double[] load(Slices slices, TimeSeries load) {
            double[] sum = new double[slices.total];
            int[] count = new int[slices.total];
            for (int i = 0; i < load.size(); i++) {
                double share = (load.second(i) - slices.startSecond) / slices.spanSeconds;
                if (share >= 0 && share < 1 && Double.isFinite(load.value(i))) {
                    int slice = (int) (share * slices.total);
                    sum[slice] += load.value(i);
                    count[slice]++;
                }
            }
            double[] column = new double[slices.size()];
            double whole = 0;
            int filled = 0;
            for (int i = 0; i < column.length; i++) {
                int slice = slices.index[i];
                column[i] = count[slice] == 0 ? Double.NaN : sum[slice] / count[slice];
                if (count[slice] > 0) {
                    whole += column[i];
                    filled++;
                }
            }
            double mean = filled == 0 ? 0 : whole / filled;
            double largest = 0;
            for (int i = 0; i < column.length; i++) {
                column[i] = Double.isNaN(column[i]) ? 0 : column[i] - mean;
                largest = Math.max(largest, Math.abs(column[i]));
            }
            if (largest > 1e-12 * Math.abs(mean)) {
                for (int i = 0; i < column.length; i++) {
                    column[i] /= largest;
                }
            } else {
                Arrays.fill(column, 0);
            }
            return column;
        }
    }
}
