package dev.evenkeel.drift;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fitted model in words; the wording says how an amount is written, so that a report can name the unit. */
interface ModelWords {
    String in(Wording say);

    /** Words without an amount in them. */
    static ModelWords plain(String words) {
        return say -> words;
    }

    static ModelWords filling(double ceiling) {
        return say -> "still filling towards ~" + say.amount(ceiling);
    }

    static ModelWords of(TrendModel model, SlopeInterval end, double alphaFail, double alphaPass) {
        return of(model, Trend.of(end, alphaFail, alphaPass), alphaFail, alphaPass);
    }

    static ModelWords of(TrendModel model, Trend now, double alphaFail, double alphaPass) {
        double span = model.kept.spanSeconds;
        List<ModelWords> after = new ArrayList<>();
        List<ModelWords> with = new ArrayList<>();
        ModelWords head = now::words;
        for (Term term : model.terms) {
            if (restOfAStep(model, term) != null) {
                continue;
            }
            Term rest = null;
            for (Term other : model.terms) {
                rest = restOfAStep(model, other) == term ? other : rest;
            }
            double coefficient = coefficient(model, term) + (rest == null ? 0 : coefficient(model, rest));
            double at = model.secondAt(term.place());
            switch (term.kind()) {
                case STEP, EVENT -> {
                    String label = term.label().isEmpty() ? "" : " (" + term.label() + ")";
                    after.add(say -> "a step of " + signed(coefficient, say) + " at " + say.at(at, span) + label);
                }
                case FILL -> {
                    double seconds = term.place() * (1 - model.first) * span;
                    String what = coefficient < 0 ? "a fill" : "a decay";
                    after.add(say -> what + " of time constant " + say.length(seconds));
                }
                case HINGE -> {
                    Trend early = Trend.of(SlopeInterval.of(model, model.earlySlopeWeights()), alphaFail, alphaPass);
                    head = say -> early.words(say) + " until " + say.at(at, span) + ", then " + now.words(say);
                }
                case CYCLE -> {
                    double second = Math.scalb(model.fit.coefficient(model.columnOf(term) + 1), model.kept.exponent);
                    double amplitude = StrictMath.hypot(coefficient, second);
                    double period = (1 - model.first) * span / term.place();
                    with.add(say -> "a cycle of \u00b1" + say.amount(amplitude) + " every " + say.length(period));
                }
            }
        }
        ModelWords first = head;
        return say -> first.in(say) + listed(" after ", after, say) + listed(" with ", with, say);
    }

    private static double coefficient(TrendModel model, Term term) {
        return Math.scalb(model.fit.coefficient(model.columnOf(term)), model.kept.exponent);
    }

    /**
     * The step that this one is the beginning of, or null: a step inside a slice leaves that slice between two levels, and
     * takes two terms, one slice apart and in the same direction.
     */
    private static @Nullable Term restOfAStep(TrendModel model, Term term) {
        for (Term other : model.terms) {
            boolean next = term.kind() == Term.Kind.STEP
                    && other.kind() == Term.Kind.STEP
                    && other.place() > term.place()
                    && other.place() - term.place() < 1.5 / model.kept.total
                    && coefficient(model, term) * coefficient(model, other) > 0;
            if (next) {
                return other;
            }
        }
        return null;
    }

    private static String listed(String lead, List<ModelWords> parts, Wording say) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            words.append(i == 0 ? lead : i == parts.size() - 1 ? " and " : ", ")
                    .append(parts.get(i).in(say));
        }
        return words.toString();
    }

    private static String signed(double v, Wording say) {
        return (v < 0 ? "-" : "+") + say.amount(Math.abs(v));
    }

    /** A slope in words: flat where its interval holds zero. */
    record Trend(double slope, boolean flat) {
        static Trend of(SlopeInterval interval, double alphaFail, double alphaPass) {
            boolean holdsZero = interval.lower(alphaFail) <= 0 && interval.upper(alphaPass) >= 0;
            return new Trend(interval.slope(), holdsZero);
        }

        String words(Wording say) {
            return flat ? "flat" : (slope > 0 ? "rising " : "falling ") + say.slope(Math.abs(slope));
        }
    }
}
