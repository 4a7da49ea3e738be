package dev.evenkeel.drift.study;

import java.util.List;

/**
 * Two further sets: healthy series that grow a little slower than their budget allows, on which a bound that is too
 * narrow shows first; and one that was written before the method was last changed, and judged only when that was done.
 */
final class FreshFamilies {
    private FreshFamilies() {}

    private static Family healthy(String name, Family.Maker maker) {
        return new Family(name, false, maker);
    }

    private static Family leak(String name, Family.Maker maker) {
        return new Family(name, true, maker);
    }

    private static double almost(Shape s, double budget) {
        double rise = budget * s.between(0.7, 0.98);
        s.linear(rise);
        return rise;
    }

    private static double line(Shape s, double rise) {
        s.linear(rise);
        return rise;
    }

    private static double flat(Shape s) {
        return 0;
    }

    /** Healthy, with 70 to 98 % of the growth that the budget allows. */
    static final List<Family> NEAR = List.of(
            healthy("near_white", (s, r, b) -> almost(s.white(), b)),
            healthy("near_ar05", (s, r, b) -> almost(s.ar(0.5, 1), b)),
            healthy("near_ar09", (s, r, b) -> almost(s.ar(0.9, 1), b)),
            healthy("near_heavy", (s, r, b) -> almost(s.heavy(1), b)),
            healthy("near_cycle", (s, r, b) -> almost(s.white().cycle(s.between(2, 8), s.between(1, 4)), b)),
            healthy(
                    "near_sawtooth",
                    (s, r, b) -> almost(s.white(0.5).sawtooth(s.between(4, 15), 1, s.between(2, 5)), b)),
            healthy("near_fill", (s, r, b) -> almost(s.white().fill(s.between(0.03, 0.1), b * s.between(1, 4)), b)),
            healthy(
                    "near_step",
                    (s, r, b) -> almost(s.white().step(s.between(0.15, 0.85), s.sign() * b * s.between(1, 3)), b)),
            healthy("near_reverting", (s, r, b) -> almost(s.reverting(s.between(0.02, 0.06), 1), b)));

    /** Written before, judged after. */
    static final List<Family> FRESH = List.of(
            healthy("fresh_hyperbola", (s, r, b) -> {
                double half = s.between(0.02, 0.06);
                double size = b * s.between(1, 3);
                s.white().add(t -> size * t / (t + half));
                return size * half / (1 + half) / (1 + half);
            }),
            healthy("fresh_ramp_then_flat", (s, r, b) -> {
                double until = s.between(0.05, 0.25);
                double size = b * s.between(1, 3);
                return flat(s.ar(0.4, 1).add(t -> size * Math.min(1, t / until)));
            }),
            healthy("fresh_ragged_teeth", (s, r, b) -> flat(ragged(s.white(0.5), s.between(8, 30), s.between(2, 5)))),
            healthy("fresh_few_levels", (s, r, b) -> flat(s.white().telegraph(s.n * s.between(0.05, 0.15), b))),
            healthy("fresh_compaction", (s, r, b) -> {
                double level = 0;
                for (int i = 0; i < s.n; i++) {
                    level = s.random.nextDouble() < 12.0 / s.n ? level * 0.1 : level + 25.0 / s.n;
                    s.y[i] += level + 0.6 * s.random.nextGaussian();
                }
                return 0;
            }),
            healthy("fresh_two_cycles", (s, r, b) -> {
                double f = s.between(1.7, 4);
                return flat(s.white().cycle(f, s.between(1, 3)).cycle(f * s.between(2.2, 3.5), s.between(0.5, 2)));
            }),
            healthy("fresh_bursty_gaps", (s, r, b) -> {
                s.ar(0.7, 1);
                for (int i = 0; i < 5; i++) {
                    s.gap(s.between(0, 0.95), 0.05);
                }
                return flat(s);
            }),
            healthy(
                    "fresh_rounded_reverting",
                    (s, r, b) -> flat(s.reverting(0.04, 1).round(0.8))),
            healthy("fresh_noise_by_cycle", (s, r, b) -> {
                double f = s.between(2, 6);
                return flat(s.white().scale(t -> 0.3 + 1.4 * Math.pow(Math.sin(Math.PI * f * t), 2)));
            }),
            healthy(
                    "fresh_step_and_cycle",
                    (s, r, b) -> flat(s.white()
                            .step(s.between(0.2, 0.8), s.sign() * b * s.between(1, 3))
                            .cycle(s.between(2, 6), s.between(1, 3)))),
            healthy(
                    "fresh_fill_in_ar",
                    (s, r, b) -> flat(s.ar(0.8, 1).fill(s.between(0.03, 0.12), b * s.between(2, 4)))),
            healthy("fresh_spikes_of_load", (s, r, b) -> flat(s.white(0.7).bursts(s.between(8, 25), 2, 0.01))),
            healthy("fresh_within", (s, r, b) -> {
                double rise = b * s.between(0.4, 0.9);
                return line(ragged(s.ar(0.5, 0.7), s.between(8, 20), 2), rise);
            }),
            leak("fresh_ragged_rising", (s, r, b) -> line(ragged(s.white(0.5), s.between(8, 30), s.between(2, 5)), r)),
            leak("fresh_few_levels_rising", (s, r, b) -> line(s.white().telegraph(s.n * s.between(0.05, 0.12), b), r)),
            leak("fresh_uneven_stairs", (s, r, b) -> {
                double stairs = s.between(18, 40);
                s.white(0.4);
                double total = 0;
                while (total < stairs) {
                    total += 0.4 + 1.2 * s.random.nextDouble();
                    s.step(total / stairs, r / stairs);
                }
                return r;
            }),
            leak("fresh_hyperbola_and_line", (s, r, b) -> {
                double half = s.between(0.02, 0.06);
                double size = b * s.between(1, 3);
                s.white().add(t -> size * t / (t + half));
                return line(s, r) + size * half / (1 + half) / (1 + half);
            }),
            leak("fresh_under_two_cycles", (s, r, b) -> {
                double f = s.between(1.7, 4);
                return line(s.white().cycle(f, s.between(1, 3)).cycle(f * s.between(2.2, 3.5), 1), r);
            }),
            leak("fresh_bursty_gaps_linear", (s, r, b) -> {
                s.ar(0.7, 1);
                for (int i = 0; i < 5; i++) {
                    s.gap(s.between(0, 0.95), 0.05);
                }
                return line(s, r);
            }),
            leak("fresh_coarse", (s, r, b) -> {
                s.ar(0.5, 0.8).linear(r).round(s.between(1, 2.5));
                return r;
            }),
            leak("fresh_noise_by_cycle_linear", (s, r, b) -> {
                double f = s.between(2, 6);
                return line(s.white().scale(t -> 0.3 + 1.4 * Math.pow(Math.sin(Math.PI * f * t), 2)), r);
            }),
            leak("fresh_spikes_rising", (s, r, b) -> line(s.white(0.7).bursts(s.between(8, 25), 2, 0.01), r)),
            leak("fresh_mild_bend", (s, r, b) -> {
                double k = s.between(-0.25, 0.25);
                s.white().add(t -> r * (t + k * (t * t / 2 - t)));
                return r;
            }),
            leak(
                    "fresh_step_and_ar",
                    (s, r, b) -> line(s.ar(0.7, 1).step(s.between(0.2, 0.8), s.sign() * b * s.between(1, 3)), r)),
            leak("fresh_lost_sessions", (s, r, b) -> {
                double count = s.between(40, 120);
                s.white(0.6);
                for (double at = 0; at < 1; at += 2 * s.random.nextDouble() / count) {
                    s.step(at, r / count);
                }
                return r;
            }));

    /** Teeth that rise at one rate and fall back to the floor at random moments. */
    private static Shape ragged(Shape s, double teeth, double size) {
        double level = 0;
        for (int i = 0; i < s.n; i++) {
            s.y[i] += level;
            level = s.random.nextDouble() < teeth / s.n ? 0 : level + size * teeth / s.n;
        }
        return s;
    }
}
