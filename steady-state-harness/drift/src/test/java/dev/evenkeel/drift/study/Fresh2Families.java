package dev.evenkeel.drift.study;

import java.util.List;

/**
 * A second set that was written before a change of the method and judged before and after it. Its kinds are what processes
 * show and no other set holds: collections at random moments, arenas, rotated files, elastic pools, lazy caches, jobs, and leaks
 * beneath each of them.
 */
final class Fresh2Families {
    private Fresh2Families() {}

    private static Family healthy(String name, Family.Maker maker) {
        return new Family("fresh2_" + name, false, maker);
    }

    private static Family leak(String name, Family.Maker maker) {
        return new Family("fresh2_" + name, true, maker);
    }

    private static double flat(Shape s) {
        return 0;
    }

    private static double line(Shape s, double rise) {
        s.linear(rise);
        return rise;
    }

    /** Written before, judged before and after. */
    static final List<Family> ALL = List.of(
            healthy("random_collections", (s, r, b) -> flat(collections(s.white(0.7), s.logBetween(5, 40)))),
            healthy("generations", (s, r, b) -> flat(generations(s.white(0.5)))),
            healthy("arenas_trimmed", (s, r, b) -> flat(arenas(s.white(0.4)))),
            healthy("breathing_pool", (s, r, b) -> flat(pool(s))),
            healthy("log_rotation", (s, r, b) -> {
                teeth(s.white(0.3), s.logBetween(4, 25), s.between(3, 8), 0.7, 0.5);
                return 0;
            }),
            healthy(
                    "reverting_pages",
                    (s, r, b) ->
                            flat(s.reverting(s.between(0.03, 0.1), 1).white(0.2).round(s.between(0.5, 1.5)))),
            healthy("batches_partly_released", (s, r, b) -> flat(batches(s.white(0.8), 0))),
            healthy("popular_keys", (s, r, b) -> popularKeys(s.white(), b)),
            healthy(
                    "nightly_step_down",
                    (s, r, b) -> flat(s.ar(0.5, 1).step(s.between(0.15, 0.85), -b * s.between(1, 4)))),
            healthy("late_deployments", (s, r, b) -> {
                s.white(0.6).fill(s.between(0.02, 0.06), b * s.between(1, 2));
                deployment(s, s.between(0.15, 0.45), b * s.between(0.4, 1.2));
                deployment(s, s.between(0.5, 0.8), b * s.between(0.4, 1.2));
                return 0;
            }),
            healthy("two_sources", (s, r, b) -> flat(twoSources(s.ar(0.4, 0.8), s.between(1, 4)))),
            healthy("clock_gaps", (s, r, b) -> flat(clockGaps(s.ar(0.5, 1)))),
            healthy("unmarked_restarts", (s, r, b) -> flat(restarts(s.white(0.8), b * s.between(1, 3)))),
            healthy("mebibytes", (s, r, b) -> flat(s.ar(0.8, 0.6).round(s.between(1.2, 2.5)))),
            healthy("sessions_in_batches", (s, r, b) -> flat(sessions(s))),
            healthy("teeth_by_load", (s, r, b) -> {
                teeth(s.white(0.5), s.logBetween(12, 60), s.between(3, 6), 0.6, 0);
                return 0;
            }),
            healthy("hourly_job", (s, r, b) -> flat(jobs(s.white()))),
            leak("random_collections_rising", (s, r, b) -> line(collections(s.white(0.7), s.logBetween(7, 40)), r)),
            leak("generations_rising", (s, r, b) -> line(generations(s.white(0.5)), r)),
            leak("arenas_rising", (s, r, b) -> line(arenas(s.white(0.4)), r)),
            leak("lost_connections", (s, r, b) -> {
                pool(s);
                s.jumps(s.between(25, 70), r, true);
                return r;
            }),
            leak("only_at_peak_load", (s, r, b) -> {
                int peaks = (int) s.between(4, 10);
                double phase = s.random.nextDouble();
                double[] sum = {0};
                s.white().add(t -> {
                    sum[0] += Math.max(0, Math.sin(2 * Math.PI * (peaks * t + phase))) * Math.PI / s.n;
                    return r * sum[0];
                });
                return r;
            }),
            leak("per_fault", (s, r, b) -> {
                int faults = (int) s.between(12, 25);
                s.white(0.7);
                for (int i = 0; i < faults; i++) {
                    double at = (i + s.between(0.2, 0.8)) / faults;
                    s.step(at, r / faults);
                    s.add(t -> t >= at ? 3 * Math.exp(-(t - at) / 0.008) : 0);
                }
                return r;
            }),
            leak("beneath_fading_warm_up", (s, r, b) -> {
                double tau = s.between(0.08, 0.2);
                double size = b * s.between(1, 3);
                s.white().linear(r).add(t -> size * Math.exp(-t / tau));
                return r - size / tau * Math.exp(-1 / tau);
            }),
            leak("teeth_change_period", (s, r, b) -> {
                double period = s.n * s.between(0.02, 0.06);
                double at = s.between(0.3, 0.7);
                double factor = s.random.nextBoolean() ? s.between(0.3, 0.6) : s.between(1.6, 3);
                double size = s.between(2, 5);
                s.white(0.5).linear(r);
                double phase = 0;
                for (int i = 0; i < s.n; i++) {
                    s.y[i] += size * phase;
                    phase = (phase + 1 / (period * (s.x[i] < at ? 1 : factor))) % 1;
                }
                return r;
            }),
            leak("popular_keys_and_line", (s, r, b) -> line(s, r) + popularKeys(s.white(), b)),
            leak("two_sources_rising", (s, r, b) -> line(twoSources(s.ar(0.4, 0.8), s.between(1, 4)), r)),
            leak("clock_gaps_rising", (s, r, b) -> line(clockGaps(s.ar(0.5, 1)), r)),
            leak("redeployments", (s, r, b) -> {
                int count = (int) s.between(10, 20);
                s.white(0.6);
                for (int i = 0; i < count; i++) {
                    s.step((i + s.random.nextDouble()) / count, r / count);
                }
                return r;
            }),
            leak("batches_that_keep", (s, r, b) -> {
                batches(s.white(0.8), r);
                return r;
            }),
            leak("whole_mebibytes", (s, r, b) -> {
                double step = r / s.between(8, 20);
                s.white(0.1 * step).linear(r).round(step);
                return r;
            }),
            leak(
                    "reverting_rising",
                    (s, r, b) -> line(s.reverting(s.between(0.03, 0.08), 0.8).white(0.3), r)),
            leak("sessions_and_descriptors", (s, r, b) -> {
                sessions(s).jumps(s.between(40, 90), r, true);
                return r;
            }),
            leak("teeth_by_load_rising", (s, r, b) -> {
                teeth(s.white(0.5), s.logBetween(12, 60), s.between(3, 6), 0.6, 0);
                return line(s, r);
            }),
            leak("hourly_job_rising", (s, r, b) -> line(jobs(s.white()), r)));

    /** Garbage that grows at one rate and is collected at random moments, somewhat evener than a Poisson process. */
    private static Shape collections(Shape s, double count) {
        double rate = s.between(3, 10) * count / s.n;
        double level = rate * s.n / count * s.random.nextDouble();
        double left = gap(s, s.n / count);
        for (int i = 0; i < s.n; i++) {
            s.y[i] += level;
            level += rate;
            left -= 1;
            if (left <= 0) {
                level = -left * rate;
                left += gap(s, s.n / count);
            }
        }
        return s;
    }

    private static double gap(Shape s, double mean) {
        return -mean / 2 * Math.log((1 - s.random.nextDouble()) * (1 - s.random.nextDouble()));
    }

    /** Small teeth, each of which leaves a little for the large ones. */
    private static Shape generations(Shape s) {
        double every = s.between(3, 8);
        double young = s.between(1, 3);
        double full = s.between(3, 8);
        double large = s.n / s.between(3, 12);
        double next = large * s.between(0.2, 1.3);
        double phase = s.random.nextDouble();
        double old = full * s.random.nextDouble();
        for (int i = 0; i < s.n; i++) {
            s.y[i] += young * phase + old;
            phase += 1 / every;
            if (phase >= 1) {
                phase -= 1;
                old += full * every / large;
            }
            if (i > next) {
                next += large * s.between(0.7, 1.3);
                old = 0;
            }
        }
        return s;
    }

    /** Arenas taken at random moments, and given back all at once now and then. */
    private static Shape arenas(Shape s) {
        double size = s.between(1, 2.5);
        double trims = s.between(4, 10);
        double perTrim = s.between(3, 6);
        double level = size * Math.floor(perTrim * s.random.nextDouble());
        double next = s.n / trims * s.between(0.2, 1);
        for (int i = 0; i < s.n; i++) {
            level += s.random.nextDouble() < trims * perTrim / s.n ? size : 0;
            if (i > next) {
                next += s.n / trims * s.between(0.6, 1.4);
                level = 0;
            }
            s.y[i] += level;
        }
        return s;
    }

    /** Connections: as many as the busiest moment of the last while needed. */
    private static Shape pool(Shape s) {
        double periods = s.between(2, 6);
        double phase = s.random.nextDouble();
        double size = s.between(1, 3);
        int idle = (int) Math.max(2, s.n * s.between(0.02, 0.06));
        double step = s.between(0.4, 0.8);
        double[] load = new double[s.n + idle];
        for (int i = 0; i < load.length; i++) {
            load[i] = size * Math.sin(2 * Math.PI * (periods * i / s.n + phase)) + 0.7 * s.random.nextGaussian();
        }
        for (int i = 0; i < s.n; i++) {
            double most = Double.NEGATIVE_INFINITY;
            for (int k = i; k <= i + idle; k++) {
                most = Math.max(most, load[Math.min(k, load.length - 1)]);
            }
            s.y[i] += Math.ceil(most / step) * step;
        }
        return s;
    }

    /** Teeth of one height, filled at a rate that follows a cycle and, from tooth to tooth, chance. */
    private static void teeth(Shape s, double count, double height, double byLoad, double byChance) {
        double periods = s.between(2, 5);
        double start = s.random.nextDouble();
        double phase = s.random.nextDouble();
        double speed = 1;
        for (int i = 0; i < s.n; i++) {
            s.y[i] += height * phase;
            double load = 1 + byLoad * Math.sin(2 * Math.PI * (periods * s.x[i] + start));
            phase += count / s.n * load * speed;
            if (phase >= 1) {
                phase = Math.min(phase - 1, 0.99);
                speed = Math.exp(byChance * s.random.nextGaussian());
            }
        }
    }

    /** Jobs at random moments: what each takes is given back at its end but for a part, which fades, or stays if it leaks. */
    private static Shape batches(Shape s, double kept) {
        int count = (int) (kept > 0 ? s.between(12, 25) : s.between(4, 12));
        double width = s.between(0.01, 0.03);
        double tau = s.between(0.02, 0.06);
        for (int k = 0; k < count; k++) {
            double at = kept > 0 ? (k + s.random.nextDouble()) / count : s.random.nextDouble();
            double size = s.between(2, 6);
            s.add(t -> t < at ? 0 : t < at + width ? size : 0.4 * size * Math.exp(-(t - at - width) / tau));
            s.step(at, kept / count);
        }
        return s;
    }

    /** A cache that keeps every key it was asked for, by Zipf's law; returns its growth at the end of the run. */
    private static double popularKeys(Shape s, double b) {
        double size = b * s.between(1, 3);
        double exponent = s.between(0.8, 1.2);
        int keys = 400;
        double requests = 400;
        while (true) {
            double end = 0;
            double all = 0;
            double[] rate = new double[keys];
            double sum = 0;
            for (int k = 0; k < keys; k++) {
                rate[k] = Math.pow(k + 1, -exponent);
                sum += rate[k];
            }
            for (int k = 0; k < keys; k++) {
                rate[k] *= requests / sum;
                all += 1 - Math.exp(-rate[k]);
                end += rate[k] * Math.exp(-rate[k]);
            }
            if (size * end / all < 0.5 * b) {
                double whole = all;
                s.add(t -> {
                    double seen = 0;
                    for (double perRun : rate) {
                        seen += 1 - Math.exp(-perRun * t);
                    }
                    return size * seen / whole;
                });
                return size * end / all;
            }
            requests *= 1.3;
        }
    }

    private static void deployment(Shape s, double at, double size) {
        s.add(t -> t < at ? 0 : size * (1 - 0.5 * Math.exp(-(t - at) / 0.02)));
    }

    /** Two readers that differ by an offset and mostly take turns. */
    private static Shape twoSources(Shape s, double offset) {
        boolean second = false;
        for (int i = 0; i < s.n; i++) {
            second = s.random.nextDouble() < 0.1 ? second : !second;
            s.y[i] += second ? offset : 0;
        }
        return s;
    }

    /** The process was suspended: nothing is read, and what had queued is worked off afterwards. */
    private static Shape clockGaps(Shape s) {
        for (int i = 0; i < 3; i++) {
            double from = (i + s.between(0.2, 0.7)) / 3;
            double width = s.between(0.03, 0.09);
            s.gap(from, width);
            s.add(t -> t >= from + width ? 3 * Math.exp(-(t - from - width) / 0.012) : 0);
        }
        return s;
    }

    /** Falls to where it began, and fills again. */
    private static Shape restarts(Shape s, double size) {
        int count = (int) s.between(2, 5);
        double tau = s.between(0.01, 0.03);
        double[] at = new double[count];
        for (int i = 0; i < count; i++) {
            at[i] = i == 0 ? 0 : (i + s.between(-0.3, 0.3)) * 0.85 / count;
        }
        return s.add(t -> {
            double last = 0;
            for (double a : at) {
                last = a <= t ? a : last;
            }
            return size * (1 - Math.exp(-(t - last) / tau));
        });
    }

    /** Sessions that come several at once and leave one by one. */
    private static Shape sessions(Shape s) {
        double lifetime = s.n * s.between(0.01, 0.04);
        double size = s.between(2, 6);
        int early = (int) (5 * lifetime) + 1;
        double open = 0;
        for (int i = -early; i < s.n; i++) {
            open += s.random.nextDouble() < 4 / lifetime ? Math.ceil(2 * size * s.random.nextDouble()) : 0;
            int leave = 0;
            for (int k = 0; k < open; k++) {
                leave += s.random.nextDouble() < 1 / lifetime ? 1 : 0;
            }
            open -= leave;
            if (i >= 0) {
                s.y[i] += open / (2 * size);
            }
        }
        return s;
    }

    private static Shape jobs(Shape s) {
        int count = (int) s.between(6, 16);
        double width = s.between(0.1, 0.3);
        double phase = s.random.nextDouble();
        double size = s.between(3, 8);
        return s.add(t -> (count * t + phase) % 1 < width ? size : 0);
    }
}
