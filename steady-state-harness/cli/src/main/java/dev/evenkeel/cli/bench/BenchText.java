package dev.evenkeel.cli.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Writes the tables of a run for a terminal, each goal under the table that it is about. */
final class BenchText {
    private BenchText() {}

    static void print(PrintWriter out, List<BenchRow> run) {
        for (BenchTable table : BenchTable.of(run)) {
            BenchCase.Kind kind = table.benchCase().kind();
            boolean net = table.benchCase().baseline() != null;
            out.printf("%n%s%n", table.title());
            out.printf(
                    "  %-46s %10s %10s %10s %9s%s  %s%n",
                    "",
                    "median " + kind.unit,
                    "low",
                    "high",
                    kind.bytesTitle,
                    net ? String.format(Locale.ROOT, " %9s", "net " + kind.unit) : "",
                    "ours / best peer");
            for (BenchRow row : table.rows()) {
                out.printf(
                        Locale.ROOT,
                        "  %-46s %10.2f %10.2f %10.2f %9s%s  %s%n",
                        label(row),
                        row.median() / kind.nanosPerUnit,
                        row.low() / kind.nanosPerUnit,
                        row.high() / kind.nanosPerUnit,
                        bytes(row),
                        net ? String.format(Locale.ROOT, " %9s", net(table, row)) : "",
                        ratio(table, row));
            }
            for (Goal.Finding goal : table.goals()) {
                out.printf(
                        Locale.ROOT,
                        "  goal: %s: %.2f, goal <= %.2f: %s%n",
                        goal.what(),
                        goal.reached(),
                        goal.limit(),
                        goal.verdict());
            }
        }
        out.flush();
    }

    static String label(BenchRow row) {
        return row.entry().library()
                + switch (row.entry().role()) {
                    case FLOOR -> " (floor)";
                    case REFERENCE -> " (reference)";
                    case OURS, PEER -> "";
                };
    }

    static String bytes(BenchRow row) {
        return row.benchCase().kind().isProgram()
                ? ""
                : String.format(Locale.ROOT, row.benchCase().series() == 0 ? "%.0f" : "%.2f", row.bytesShown());
    }

    static String net(BenchTable table, BenchRow row) {
        OptionalDouble net = table.net(row.entry().library());
        return net.isPresent() ? String.format(Locale.ROOT, "%.2f", net.getAsDouble()) : "";
    }

    static String ratio(BenchTable table, BenchRow row) {
        OptionalDouble ratio = table.ratioToBestPeer(row);
        return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : "";
    }
}
