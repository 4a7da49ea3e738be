package dev.evenkeel.cli.drift;

import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.soak.UnfitException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A verdict on every file that {@code labels.csv} in a directory names, by the budget there and nothing else in it.
 *
 * @param csv file and verdict, a line each; INVALID where a file cannot be judged
 * @param unfit what is wrong with those, a sentence each
 */
record CorpusVerdicts(String csv, int size, List<String> unfit) {

    static CorpusVerdicts of(Path directory, DriftAnalysis.Options options) throws UnfitException {
        CsvTable labels = CsvTable.read(directory.resolve("labels.csv"));
        int file = labels.names().indexOf("file");
        int perHour = labels.names().indexOf("budget_per_hour");
        if (file < 0 || perHour < 0) {
            throw new UnfitException(
                    labels.file() + " lacks the column file or budget_per_hour: without a budget there is"
                            + " nothing to judge against.");
        }
        List<String> unfit = new ArrayList<>();
        StringBuilder verdicts = new StringBuilder("file,verdict\n");
        for (String[] row : labels.rows()) {
            String verdict = "INVALID";
            try {
                verdict = judge(directory.resolve(row[file]), row[perHour], options)
                        .verdict()
                        .name();
            } catch (UnfitException e) {
                unfit.add(String.valueOf(e.getMessage()));
            }
            verdicts.append(row[file]).append(',').append(verdict).append('\n');
        }
        return new CorpusVerdicts(verdicts.toString(), labels.rows().size(), List.copyOf(unfit));
    }

    private static DriftResult judge(Path file, String perHour, DriftAnalysis.Options options) throws UnfitException {
        CsvTable trace = CsvTable.read(file);
        Budget allowed;
        try {
            allowed = new Budget(Double.parseDouble(perHour), "");
        } catch (IllegalArgumentException e) {
            throw new UnfitException(
                    "The budget of " + file + " in labels.csv is \"" + perHour + "\": " + e.getMessage(), e);
        }
        return DriftAnalysis.of(trace.series(trace.names().get(1)), allowed, List.of(), options);
    }
}
