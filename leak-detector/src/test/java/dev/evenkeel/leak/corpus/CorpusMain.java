package dev.evenkeel.leak.corpus;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.leak.LeakDetector;
import dev.evenkeel.leak.LeakFinding;
import dev.evenkeel.leak.LeakOptions;
import dev.evenkeel.leak.LeakReport;
import java.util.List;
import java.util.Locale;

/** Lists the cases, or judges one of them in this JVM and prints one line of JSON. {@code evenkeel bench leaks} starts it. */
final class CorpusMain {

    private CorpusMain() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "list" -> {
                for (CorpusCase one : Corpus.cases(Runtime.version().feature())) {
                    System.out.println(one.truth() + "\t" + one.id());
                }
            }
            case "run" -> System.out.println(run(Corpus.named(args[1]), args.length > 2));
            case "delta" -> System.out.println(delta(Corpus.named(args[1])));
            default -> throw new IllegalArgumentException("Use list, run CASE or delta CASE, not " + args[0] + ".");
        }
        System.exit(0); // what a leak left behind must not keep the JVM
    }

    /** A leak is found when the verdict is FAIL; it is named when the first finding shows what leaks or who holds it. */
    private static String run(CorpusCase one, boolean verbose) throws Exception {
        long start = System.nanoTime();
        try (Subject subject = one.opening().open()) {
            LeakReport report = LeakDetector.verify(LeakOptions.defaults().withName("the action"), subject::iterate);
            if (verbose) {
                System.out.println(report.text());
            }
            List<LeakFinding> certain =
                    report.findings().stream().filter(LeakFinding::certain).toList();
            return line(
                    one,
                    report.verdict() == Verdict.FAIL,
                    report.verdict().name(),
                    !certain.isEmpty() && one.isNamedBy(shown(certain.get(0))),
                    certain.stream().anyMatch(f -> one.isNamedBy(shown(f))),
                    report.findings().isEmpty() ? "" : report.findings().get(0).culprit(),
                    report.iterations(),
                    (System.nanoTime() - start) / 1_000_000);
        }
    }

    /** What a reader sees at once of a finding: the culprit, who holds it, and the lines of the largest group. */
    private static String shown(LeakFinding finding) {
        StringBuilder out = new StringBuilder(finding.culprit());
        if (!finding.evidence().isEmpty()) {
            LeakFinding.Evidence first = finding.evidence().get(0);
            out.append('\n').append(first.what()).append(' ').append(first.brief());
            first.detail().forEach(line -> out.append('\n').append(line));
        }
        finding.heldBy().forEach(line -> out.append('\n').append(line));
        return out.toString();
    }

    private static String delta(CorpusCase one) throws Exception {
        long start = System.nanoTime();
        try (Subject subject = one.opening().open()) {
            List<String> grown = OneDelta.judge(subject);
            boolean named = one.isNamedBy(String.join("\n", grown));
            return line(
                    one,
                    !grown.isEmpty(),
                    grown.isEmpty() ? "PASS" : "FAIL",
                    named,
                    named,
                    String.join(" ", grown),
                    50,
                    (System.nanoTime() - start) / 1_000_000);
        }
    }

    private static String line(
            CorpusCase one,
            boolean found,
            String verdict,
            boolean named,
            boolean mentioned,
            String culprit,
            long iterations,
            long millis) {
        return String.format(
                Locale.ROOT,
                "{\"schema\":1,\"case\":\"%s\",\"truth\":\"%s\",\"found\":%b,\"verdict\":\"%s\",\"named\":%b,"
                        + "\"mentioned\":%b,\"culprit\":\"%s\",\"iterations\":%d,\"ms\":%d}",
                escape(one.id()),
                one.truth(),
                found,
                verdict,
                named,
                mentioned,
                escape(culprit),
                iterations,
                millis);
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("[\\x00-\\x1f]", " ");
    }
}
