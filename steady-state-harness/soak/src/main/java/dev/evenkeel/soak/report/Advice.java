package dev.evenkeel.soak.report;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.Culprit;
import dev.evenkeel.soak.ResourceNames;
import dev.evenkeel.soak.ResourceResult;
import dev.evenkeel.soak.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Why the run ended as it did and what to do about it, in sentences.
 *
 * @param why what decided
 * @param next what to do now; at least one sentence
 * @param command a command line to try next; empty when there is none better than the run's own
 */
record Advice(String why, List<String> next, String command) {

    private static final int NAMED = 3;

    static Advice of(RunResult run) {
        List<String> next = new ArrayList<>();
        String command = "";
        switch (run.verdict()) {
            case PASS -> {
                String seen = smallestSeen(run);
                next.add("Nothing to repair."
                        + (seen.isEmpty()
                                ? ""
                                : " This run would have caught growth of " + seen
                                        + "; less may have slipped through."));
                next.add("To see smaller leaks run longer: twice the length cuts the uncertainty to about a third.");
            }
            case FAIL -> {
                fail(run, next);
                command = run.command();
            }
            case INCONCLUSIVE -> command = inconclusive(run, next);
            default -> {
                next.add("These readings do not show one life of one process, so no verdict can rest on them.");
                next.add("Find out why below, put it right and run again.");
                command = run.command();
            }
        }
        return new Advice(why(run), next, command);
    }

    /** The reason of the resource that decided, with its name in front. */
    private static String why(RunResult run) {
        for (ResourceResult r : run.resources()) {
            if (r.deciding() && r.drift().verdict() == run.verdict()) {
                return r.title() + ": " + lower(reason(r));
            }
        }
        return "";
    }

    /** The sentence of the analysis, amounts in the unit of the resource. */
    static String reason(ResourceResult r) {
        Unit unit = Unit.of(r.unit());
        return r.drift().reason(unit::text);
    }

    /** The model in words, amounts in the unit of the resource. */
    static String model(ResourceResult r) {
        Unit unit = Unit.of(r.unit());
        return r.drift().model(unit::text);
    }

    private static String smallestSeen(RunResult run) {
        List<String> parts = new ArrayList<>();
        for (ResourceResult r : run.resources()) {
            double least = r.drift().smallestDetectablePerHour();
            if (r.deciding() && Double.isFinite(least) && parts.size() < NAMED) {
                parts.add(Unit.of(r.unit()).amountPerHour(least) + " in " + lower(r.title()));
            }
        }
        return and(parts);
    }

    private static void fail(RunResult run, List<String> next) {
        for (ResourceResult r : run.resources()) {
            if (!r.deciding() || r.drift().verdict() != Verdict.FAIL) {
                continue;
            }
            String first = "";
            for (Culprit c : run.culprits()) {
                if (c.resource().equals(r.name())) {
                    first = c.what();
                    break;
                }
            }
            next.add(
                    first.isEmpty()
                            ? r.title() + " grew, and no single culprit was found. " + generalHint(r.name())
                            : "Start with \u201c" + first + "\u201d, the first suspect for " + lower(r.title()) + ". "
                                    + hint(r.name()));
        }
        next.add("Repeat the run after the repair:");
    }

    private static String hint(String resource) {
        return switch (resource) {
            case ResourceNames.HEAP_LIVE,
                    ResourceNames
                            .HEAP_AFTER_GC -> "Take a heap dump of the live process and look who holds it: usually a map, a list or a listener that is filled and never emptied.";
            case ResourceNames
                    .OPEN_FDS -> "Look for an open without a close on every path; try-with-resources closes on the path of an exception too.";
            case ResourceNames
                    .THREADS -> "Look for an executor, a timer or a client that is made per request and never shut down.";
            default -> "Look for what is added per request and never taken away.";
        };
    }

    private static String generalHint(String resource) {
        return switch (resource) {
            case ResourceNames.HEAP_LIVE,
                    ResourceNames.HEAP_AFTER_GC -> "Compare two class histograms taken some minutes apart.";
            case ResourceNames.RSS,
                    ResourceNames
                            .CGROUP_MEMORY -> "If the live heap is flat, the growth is outside it: direct buffers, threads' stacks, native libraries, page cache.";
            default -> "Compare what the process holds at the start and at the end of a run.";
        };
    }

    private static String inconclusive(RunResult run, List<String> next) {
        double longest = 0;
        String which = "";
        for (ResourceResult r : run.resources()) {
            if (r.deciding()
                    && r.drift().verdict() == Verdict.INCONCLUSIVE
                    && r.drift().secondsNeeded().isPresent()) {
                double needed = r.drift().secondsNeeded().getAsDouble();
                if (needed > longest) {
                    longest = needed;
                    which = lower(r.title());
                }
            }
        }
        if (longest > 0) {
            double whole = Math.max(longest + run.warmupSeconds(), run.durationSeconds());
            String flag = Durations.flag(whole);
            next.add("Run for about " + Durations.words(roundUp(whole)) + " instead of "
                    + Durations.words(run.durationSeconds()) + ": long enough to judge " + which + ".");
            next.add("Until then nothing is shown: not that it leaks, and not that it does not.");
            return withDuration(run.command(), flag);
        }
        if (run.cutShort()) {
            next.add("The run ended early. Let it finish.");
            return run.command();
        }
        double whole = 4 * run.durationSeconds();
        next.add("The length that would decide cannot be told from this run. Try four times as long, "
                + Durations.words(roundUp(whole)) + ".");
        return withDuration(run.command(), Durations.flag(whole));
    }

    private static double roundUp(double seconds) {
        double step = seconds <= 120 ? 10 : seconds <= 3 * 3600 ? 60 : 3600;
        return Math.ceil(seconds / step) * step;
    }

    /** The command with another duration, whether it had one or not. */
    static String withDuration(String command, String flag) {
        if (command.isBlank()) {
            return "";
        }
        String pattern = "(--duration(?:=|\\s+))\\S+";
        String replaced = command.replaceFirst(pattern, "$1" + flag);
        return command.matches("(?s).*" + pattern + ".*") ? replaced : command + " --duration " + flag;
    }

    private static String and(List<String> parts) {
        if (parts.size() < 2) {
            return String.join("", parts);
        }
        return String.join(", ", parts.subList(0, parts.size() - 1)) + " or " + parts.get(parts.size() - 1);
    }

    private static String lower(String title) {
        // "RSS" and "GC CPU share" keep their capitals.
        return title.length() > 1 && Character.isUpperCase(title.charAt(1))
                ? title
                : title.substring(0, Math.min(1, title.length())).toLowerCase(Locale.ROOT)
                        + title.substring(Math.min(1, title.length()));
    }
}
