package dev.evenkeel.drift.study;

import java.util.List;

/**
 * Families of series, in three sets: those the reference was tuned on, made after the public corpus; a development set
 * that it never saw; and a held-out set, which the method was not tuned on.
 */
final class Families {
    private Families() {}

    private static Family healthy(String name, Family.Maker maker) {
        return new Family(name, false, maker);
    }

    private static Family leak(String name, Family.Maker maker) {
        return new Family(name, true, maker);
    }

    /** Alike the public corpus. */
    static final List<Family> KNOWN = List.of(
            healthy("white", (s, r, b) -> noTrend(s.white())),
            healthy("ar05", (s, r, b) -> noTrend(s.ar(0.5, 1))),
            healthy("ar09", (s, r, b) -> noTrend(s.ar(0.9, 1))),
            healthy("cache_fill", (s, r, b) -> noTrend(s.white().fill(s.between(0.03, 0.15), b * s.between(2, 5)))),
            healthy("cycle", (s, r, b) -> noTrend(s.white().cycle(s.between(2, 8), s.between(1, 5)))),
            healthy("heavy_tail", (s, r, b) -> noTrend(s.heavy(1))),
            healthy("hold", (s, r, b) -> noTrend(s.white().held(s.n / s.between(5, 15)))),
            healthy("injections", (s, r, b) -> noTrend(injections(s.white(), s.between(3, 8)))),
            healthy(
                    "missing",
                    (s, r, b) -> noTrend(s.ar(0.5, 1).drop(s.between(0.05, 0.3)).gap(s.between(0, 0.8), 0.08))),
            healthy(
                    "mixed",
                    (s, r, b) -> noTrend(injections(s.ar(0.5, 1).cycle(s.between(2, 6), 1.5), 5)
                            .drop(0.1))),
            healthy("quantised", (s, r, b) -> noTrend(s.white(0.7).round(s.between(0.7, 2)))),
            healthy("sawtooth", (s, r, b) -> noTrend(s.white(0.5).sawtooth(s.between(4, 15), 1, s.between(2, 5)))),
            healthy(
                    "step",
                    (s, r, b) -> noTrend(s.white().step(s.between(0.15, 0.85), s.sign() * b * s.between(1, 4)))),
            healthy("warmup", (s, r, b) -> noTrend(warmup(s.white(), b * s.between(1, 3)))),
            healthy("within_budget", (s, r, b) -> {
                double slope = b * s.between(0.3, 0.6);
                s.white().linear(slope);
                return slope;
            }),
            leak("cache_linear", (s, r, b) -> line(s.white().fill(s.between(0.03, 0.15), b * s.between(2, 5)), r)),
            leak("cycle_linear", (s, r, b) -> line(s.white().cycle(s.between(2, 8), s.between(1, 5)), r)),
            leak("exponential", (s, r, b) -> {
                double k = s.between(0.5, 1.5);
                double a = r / k / Math.exp(k);
                s.white().add(t -> a * Math.exp(k * t));
                return r;
            }),
            leak("fault_proportional", (s, r, b) -> {
                injections(s.white(), 5);
                int faults = (int) s.between(8, 16);
                s.add(t -> r / faults * Math.floor(faults * t + 0.5));
                return r;
            }),
            leak("half_way", (s, r, b) -> {
                double from = s.between(0.35, 0.55);
                double rate = Math.max(r, 2 * b);
                s.white().add(t -> rate * Math.max(0, t - from));
                return rate;
            }),
            leak("heavy_linear", (s, r, b) -> line(s.heavy(1), r)),
            leak("hold_rising", (s, r, b) -> line(s.white(), r, () -> s.held(s.n / s.between(5, 15)))),
            leak("linear", (s, r, b) -> line(s.white(), r)),
            leak("linear_ar09", (s, r, b) -> line(s.ar(0.9, 0.8), r)),
            leak(
                    "missing_linear",
                    (s, r, b) -> line(s.ar(0.5, 1).drop(s.between(0.05, 0.3)).gap(s.between(0, 0.8), 0.08), r)),
            leak(
                    "mixed_linear",
                    (s, r, b) -> line(
                            injections(s.ar(0.5, 1).cycle(s.between(2, 6), 1.5), 5)
                                    .drop(0.1),
                            r)),
            leak("quantised_linear", (s, r, b) -> line(s.white(0.7), r, () -> s.round(s.between(0.7, 2)))),
            leak("sawtooth_rising", (s, r, b) -> line(s.white(0.5).sawtooth(s.between(4, 15), 1, s.between(2, 5)), r)),
            leak("staircase", (s, r, b) -> {
                double stairs = Math.max(5, s.between(8, 20));
                s.white(0.2).add(t -> r / stairs * Math.floor(stairs * t));
                s.round(0.3);
                return r;
            }),
            leak(
                    "step_linear",
                    (s, r, b) -> line(s.white().step(s.between(0.15, 0.85), s.sign() * b * s.between(1, 4)), r)),
            leak("warmup_linear", (s, r, b) -> line(warmup(s.white(), b * s.between(1, 3)), r)));

    /** Looked at while the method was made. */
    static final List<Family> DEVELOPMENT = List.of(
            healthy("held_rare", (s, r, b) -> noTrend(s.white().held(s.between(5, 25)))),
            healthy("held_reverting", (s, r, b) -> noTrend(s.reverting(0.05, 1).held(s.between(10, 30)))),
            healthy("bimodal_floor", (s, r, b) -> noTrend(s.white(0.5).telegraph(s.n * s.between(0.02, 0.08), 2))),
            healthy("reverting", (s, r, b) -> noTrend(s.reverting(s.between(0.02, 0.08), 1))),
            healthy("reverting_slow", (s, r, b) -> noTrend(s.white(0.4).reverting(s.between(0.08, 0.2), 0.9))),
            healthy("ar_90_98", (s, r, b) -> noTrend(s.ar(s.between(0.9, 0.98), 1))),
            healthy("log_growth", (s, r, b) -> {
                double t0 = s.between(0.02, 0.08);
                double end = b * s.between(0.2, 0.6);
                s.white().add(t -> end * (1 + t0) * Math.log(1 + t / t0));
                return end;
            }),
            healthy("two_stage_fill", (s, r, b) -> {
                double second = s.between(0.2, 0.45);
                double tau = s.between(0.03, 0.08);
                double size = b * s.between(1, 3);
                s.white().fill(s.between(0.03, 0.1), b * s.between(1, 3));
                return noTrend(s.add(t -> t < second ? 0 : size * (1 - Math.exp(-(t - second) / tau))));
            }),
            healthy(
                    "sawtooth_drifting",
                    (s, r, b) -> noTrend(s.white(0.5)
                            .sawtooth(s.n * s.between(0.02, 0.08), s.logBetween(0.4, 2.5), s.between(2, 5)))),
            healthy("three_steps", (s, r, b) -> {
                s.white();
                for (int i = 0; i < 3; i++) {
                    s.step(s.between(0.08, 0.9), s.sign() * b * s.between(0.5, 2));
                }
                return 0;
            }),
            healthy("peaked_cycle", (s, r, b) -> {
                double f = s.between(2, 6);
                double phase = s.random.nextDouble();
                double size = s.between(2, 6);
                double sharp = s.between(1.5, 4);
                return noTrend(s.white()
                        .add(t -> size * Math.pow(0.5 + 0.5 * Math.sin(2 * Math.PI * (f * t + phase)), sharp)));
            }),
            healthy("cycle_with_load_noise", (s, r, b) -> {
                double f = s.between(2, 5);
                return noTrend(s.white(0.8)
                        .cycle(f, s.between(1, 4))
                        .scale(t -> 1 + 0.3 * Math.sin(2 * Math.PI * f * t))
                        .white(0.3));
            }),
            healthy("noise_grows", (s, r, b) -> {
                double k = s.between(2, 6);
                return noTrend(s.white(0.6).scale(t -> 0.4 + (k - 1) * t * 0.6));
            }),
            healthy(
                    "bursts",
                    (s, r, b) -> noTrend(s.white().bursts(s.between(4, 15), s.between(3, 8), s.between(0.005, 0.03)))),
            healthy(
                    "gaps_clustered",
                    (s, r, b) -> noTrend(s.ar(0.6, 1)
                            .gap(s.between(0.05, 0.3), s.between(0.05, 0.15))
                            .gap(s.between(0.45, 0.75), s.between(0.05, 0.15)))),
            healthy("pulse", (s, r, b) -> {
                double from = s.between(0.1, 0.7);
                double size = s.sign() * b * s.between(1, 3);
                double width = s.between(0.08, 0.25);
                return noTrend(s.white().step(from, size).step(from + width, -size));
            }),
            healthy(
                    "counter_flicker",
                    (s, r, b) -> noTrend(
                            s.telegraph(s.n * 0.03, 1).telegraph(s.n * 0.03, 1).telegraph(s.n * 0.05, 1))),
            healthy("leak_that_stops", (s, r, b) -> {
                double until = s.between(0.3, 0.55);
                double rate = b * s.between(2, 6);
                return noTrend(s.white().add(t -> rate * Math.min(t, until)));
            }),
            healthy(
                    "outliers_both_sides",
                    (s, r, b) -> noTrend(s.white().outliers(s.between(0.02, 0.08), s.between(5, 20), true))),
            leak("held_rare_rising", (s, r, b) -> line(s.white(), r, () -> s.held(s.between(12, 30)))),
            leak("late_start", (s, r, b) -> {
                double from = s.between(0.5, 0.65);
                double rate = Math.max(r, 3 * b);
                s.white().add(t -> rate * Math.max(0, t - from));
                return rate;
            }),
            leak("modulated_by_load", (s, r, b) -> {
                double f = s.between(2, 6);
                double phase = s.random.nextDouble() * 2 * Math.PI;
                s.white().linear(r).add(t -> -0.7 * r * Math.cos(2 * Math.PI * f * t + phase) / (2 * Math.PI * f));
                return r;
            }),
            leak("under_peaked_cycle", (s, r, b) -> {
                double f = s.between(2, 6);
                double phase = s.random.nextDouble();
                double size = s.between(2, 5);
                return line(
                        s.white().add(t -> size * Math.pow(0.5 + 0.5 * Math.sin(2 * Math.PI * (f * t + phase)), 2)), r);
            }),
            leak("random_jumps", (s, r, b) -> {
                s.white(0.5).jumps(s.between(15, 40), r, true);
                return r;
            }),
            leak("rare_big_allocations", (s, r, b) -> {
                s.white().jumps(s.between(10, 16), r, false);
                return r;
            }),
            leak("reverting_linear", (s, r, b) -> line(s.reverting(s.between(0.02, 0.05), 0.7), r)),
            leak("noise_grows_linear", (s, r, b) -> {
                double k = s.between(2, 5);
                return line(s.white(0.6).scale(t -> 0.4 + (k - 1) * t * 0.6), r);
            }),
            leak(
                    "bursts_linear",
                    (s, r, b) -> line(s.white().bursts(s.between(4, 12), s.between(3, 8), s.between(0.005, 0.02)), r)),
            leak(
                    "gaps_clustered_linear",
                    (s, r, b) -> line(
                            s.ar(0.6, 1)
                                    .gap(s.between(0.05, 0.3), s.between(0.05, 0.15))
                                    .gap(s.between(0.45, 0.75), s.between(0.05, 0.15)),
                            r)),
            leak("bimodal_floor_linear", (s, r, b) -> line(s.white(0.5).telegraph(s.n * s.between(0.02, 0.05), 2), r)),
            leak(
                    "two_steps_linear",
                    (s, r, b) -> line(
                            s.white()
                                    .step(s.between(0.1, 0.4), s.sign() * b * s.between(0.5, 2))
                                    .step(s.between(0.5, 0.9), s.sign() * b * s.between(0.5, 2)),
                            r)),
            leak("slow_counter", (s, r, b) -> {
                s.telegraph(s.n * 0.03, 1).add(t -> Math.floor(r * t * 1.0));
                return r;
            }),
            leak("accelerating", (s, r, b) -> {
                double first = s.between(0.2, 0.6);
                s.white().add(t -> r * (first * t + (1 - first) * t * t / 2));
                return r;
            }),
            leak(
                    "outliers_linear",
                    (s, r, b) -> line(s.white().outliers(s.between(0.02, 0.08), s.between(5, 20), true), r)),
            leak(
                    "sawtooth_drifting_rising",
                    (s, r, b) -> line(
                            s.white(0.5).sawtooth(s.n * s.between(0.02, 0.06), s.logBetween(0.4, 2.5), s.between(2, 5)),
                            r)),
            leak("pulse_linear", (s, r, b) -> {
                double from = s.between(0.1, 0.7);
                double size = s.sign() * b * s.between(1, 3);
                double width = s.between(0.08, 0.2);
                return line(s.white().step(from, size).step(from + width, -size), r);
            }));

    /** Looked at when the method was finished. */
    static final List<Family> HELD_OUT = List.of(
            healthy("heavy_ar", (s, r, b) -> noTrend(s.heavy(0.7).ar(0.8, 0.7))),
            healthy(
                    "triangle_wave",
                    (s, r, b) -> noTrend(s.white().add(triangle(s, s.between(2, 6), s.between(2, 6))))),
            healthy("square_load", (s, r, b) -> {
                double f = s.between(2, 6);
                double phase = s.random.nextDouble();
                double size = s.between(2, 5);
                return noTrend(s.white().add(t -> (f * t + phase) % 1 < 0.5 ? size : 0));
            }),
            healthy("delayed_fill", (s, r, b) -> {
                double at = s.between(0.2, 0.45);
                double width = s.between(0.02, 0.06);
                double size = b * s.between(1, 4);
                return noTrend(s.white().add(t -> size / (1 + Math.exp(-(t - at) / width))));
            }),
            healthy(
                    "few_long_teeth",
                    (s, r, b) -> noTrend(s.white(0.6).sawtooth(s.n / s.between(3, 6), 1, s.between(2, 4)))),
            healthy("batch_ramp", (s, r, b) -> {
                double from = s.between(0.1, 0.5);
                double width = s.between(0.15, 0.35);
                double size = b * s.between(1, 3);
                return noTrend(
                        s.white().add(t -> size * Math.max(0, 1 - Math.abs(t - from - width / 2) / (width / 2))));
            }),
            healthy("noise_falls", (s, r, b) -> noTrend(s.white(1.5).scale(t -> Math.exp(-1.5 * t)))),
            healthy("lognormal", (s, r, b) -> {
                for (int i = 0; i < s.n; i++) {
                    s.y[i] += Math.exp(0.8 * s.random.nextGaussian()) - 1;
                }
                return 0;
            }),
            healthy("table_doubling", (s, r, b) -> {
                double size = b * s.between(0.3, 0.8);
                double at = s.between(0.02, 0.06);
                s.white(0.7);
                for (int k = 0; at * Math.pow(2, k) < 0.6; k++) {
                    s.step(at * Math.pow(2, k), size);
                }
                return 0;
            }),
            healthy("cycle_and_harmonic", (s, r, b) -> {
                double f = s.between(1.7, 4);
                double size = s.between(1.5, 4);
                return noTrend(s.white().cycle(f, size).cycle(2 * f, size * s.between(0.2, 0.5)));
            }),
            healthy("swinging", (s, r, b) -> noTrend(s.white(0.5).swinging(s.between(4, 10), 0.5, 0.8))),
            healthy("cycle_swells", (s, r, b) -> {
                double f = s.between(3, 8);
                double phase = s.random.nextDouble();
                double size = s.between(1, 4);
                return noTrend(s.white().add(t -> size * (0.5 + t) * Math.sin(2 * Math.PI * (f * t + phase))));
            }),
            healthy(
                    "long_memory",
                    (s, r, b) -> noTrend(
                            s.white(0.6).ar(0.9, 0.4).reverting(0.03, 0.4).reverting(0.1, 0.3))),
            healthy("switching_noise", (s, r, b) -> {
                double at = s.between(0.3, 0.7);
                double k = s.between(0.3, 3);
                return noTrend(s.white().scale(t -> t < at ? 1 : k));
            }),
            healthy(
                    "held_stepped",
                    (s, r, b) -> noTrend(s.white()
                            .step(s.between(0.2, 0.8), s.sign() * b * s.between(1, 3))
                            .held(s.between(15, 40)))),
            healthy("count_of_sessions", (s, r, b) -> {
                double v = 0;
                double lifetime = s.n * s.between(0.01, 0.05);
                for (int i = 0; i < s.n + 400; i++) {
                    v += (s.random.nextDouble() < 4 / lifetime ? 1 : 0)
                            - (s.random.nextDouble() < v / lifetime ? 1 : 0);
                    if (i >= 400) {
                        s.y[i - 400] += v / 2;
                    }
                }
                return 0;
            }),
            leak("heavy_ar_linear", (s, r, b) -> line(s.heavy(0.7).ar(0.8, 0.7), r)),
            leak(
                    "triangle_wave_linear",
                    (s, r, b) -> line(s.white().add(triangle(s, s.between(2, 6), s.between(2, 6))), r)),
            leak("on_off_leak", (s, r, b) -> {
                double f = s.between(4, 9);
                double[] sum = {0};
                s.white().add(t -> {
                    sum[0] += (f * t) % 1 < 0.5 ? 2.0 / s.n : 0;
                    return r * sum[0];
                });
                return r;
            }),
            leak("lognormal_linear", (s, r, b) -> {
                for (int i = 0; i < s.n; i++) {
                    s.y[i] += Math.exp(0.8 * s.random.nextGaussian()) - 1;
                }
                return line(s, r);
            }),
            leak(
                    "partial_resets",
                    (s, r, b) -> line(s.white(0.6).sawtooth(s.n / s.between(8, 20), 1, s.between(2, 4)), r)),
            leak("slackening", (s, r, b) -> {
                double k = s.between(0.3, 0.8);
                s.white().add(t -> r * (t + k * (t - t * t / 2)));
                return r;
            }),
            leak("delayed_fill_linear", (s, r, b) -> {
                double at = s.between(0.15, 0.35);
                double width = s.between(0.02, 0.05);
                double size = b * s.between(0.5, 2);
                return line(s.white().add(t -> size / (1 + Math.exp(-(t - at) / width))), r);
            }),
            leak("swinging_linear", (s, r, b) -> line(s.white(0.5).swinging(s.between(4, 10), 0.5, 0.7), r)),
            leak("noise_falls_linear", (s, r, b) -> line(s.white(1.5).scale(t -> Math.exp(-1.5 * t)), r)),
            leak("drop_linear", (s, r, b) -> line(s.white().step(s.between(0.2, 0.8), -b * s.between(0.5, 3)), r)),
            leak("cycle_swells_linear", (s, r, b) -> {
                double f = s.between(3, 8);
                double phase = s.random.nextDouble();
                double size = s.between(1, 3);
                return line(s.white().add(t -> size * (0.5 + t) * Math.sin(2 * Math.PI * (f * t + phase))), r);
            }),
            leak("sessions_linear", (s, r, b) -> {
                double v = 0;
                double lifetime = s.n * s.between(0.01, 0.03);
                for (int i = 0; i < s.n + 400; i++) {
                    v += (s.random.nextDouble() < 4 / lifetime ? 1 : 0)
                            - (s.random.nextDouble() < v / lifetime ? 1 : 0);
                    if (i >= 400) {
                        s.y[i - 400] += v / 2;
                    }
                }
                return line(s, r, () -> s.round(0.5));
            }),
            leak(
                    "long_memory_linear",
                    (s, r, b) -> line(s.white(0.6).ar(0.9, 0.4).reverting(0.03, 0.4), r)),
            leak("poisson_descriptors", (s, r, b) -> {
                s.jumps(s.between(20, 60), r, true);
                s.telegraph(s.n * 0.02, 0.5);
                return r;
            }),
            leak("two_rates", (s, r, b) -> {
                double at = s.between(0.3, 0.6);
                double first = r * s.between(0.3, 0.6);
                s.white().add(t -> first * Math.min(t, at) + r * Math.max(0, t - at));
                return r;
            }),
            leak("gap_in_the_middle", (s, r, b) -> line(s.white().gap(s.between(0.3, 0.5), s.between(0.15, 0.3)), r)));

    private static double noTrend(Shape s) {
        return 0;
    }

    private static double line(Shape s, double rise) {
        s.linear(rise);
        return rise;
    }

    private static double line(Shape s, double rise, Runnable after) {
        s.linear(rise);
        after.run();
        return rise;
    }

    private static Shape injections(Shape s, double size) {
        int count = (int) s.between(4, 10);
        double phase = s.random.nextDouble();
        return s.add(t -> (count * t + phase) % 1 < 0.12 ? size : 0);
    }

    private static Shape warmup(Shape s, double size) {
        double until = s.between(0.05, 0.2);
        return s.add(t -> t < until ? -size * (1 - t / until) : 0);
    }

    private static Shape.OfShare triangle(Shape s, double periods, double size) {
        double phase = s.random.nextDouble();
        return t -> size * Math.abs(2 * ((periods * t + phase) % 1) - 1);
    }
}
