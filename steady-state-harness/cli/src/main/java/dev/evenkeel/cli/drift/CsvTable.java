package dev.evenkeel.cli.drift;

import dev.evenkeel.drift.TimeSeries;
import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A file of readings: a header, then one row per reading. The first column is the elapsed time in seconds; an empty
 * cell, {@code NaN} or {@code null} is a gap. No quoting: names and numbers need none.
 */
record CsvTable(Path file, List<String> names, List<String[]> rows) {

    static CsvTable read(Path file) throws UnfitException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new UnfitException(
                    "There is no file " + file.toAbsolutePath() + ". Name one with a header and the"
                            + " columns elapsed_s,value.",
                    e);
        } catch (MalformedInputException e) {
            throw new UnfitException(file + " is not UTF-8 text: readings are expected as comma-separated values.", e);
        } catch (IOException e) {
            throw new UnfitException(
                    file.toAbsolutePath() + " cannot be read (" + e.getClass().getSimpleName() + ").", e);
        }
        if (lines.isEmpty() || lines.get(0).isBlank()) {
            throw new UnfitException(
                    file + " is empty: nothing to judge. The first line must name the columns, for example"
                            + " elapsed_s,value.");
        }
        List<String> names =
                Arrays.stream(lines.get(0).split(",", -1)).map(String::strip).toList();
        if (names.size() < 2) {
            throw new UnfitException(
                    file + " has one column, \"" + names.get(0) + "\": a trend needs a time and a reading."
                            + " The first line must name the columns, for example elapsed_s,value.");
        }
        List<String[]> rows = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                String[] cells = lines.get(i).split(",", -1);
                if (cells.length != names.size()) {
                    throw new UnfitException(file + " line " + (i + 1) + " has " + cells.length
                            + " cells, the header has "
                            + names.size() + ". A row cut short by a crash can be deleted; a missed reading is an empty"
                            + " cell.");
                }
                rows.add(cells);
            }
        }
        return new CsvTable(file, names, rows);
    }

    /** The readings of a column; an unknown name is the caller's to prevent. */
    TimeSeries series(String name) throws UnfitException {
        int column = names.indexOf(name);
        double[] seconds = new double[rows.size()];
        double[] values = new double[rows.size()];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = number(i, 0, false);
            values[i] = number(i, column, true);
        }
        try {
            return TimeSeries.of(seconds, values);
        } catch (IllegalArgumentException e) {
            throw new UnfitException(file + ": " + e.getMessage(), e);
        }
    }

    private double number(int row, int column, boolean mayMiss) throws UnfitException {
        String cell = rows.get(row)[column].strip();
        if (mayMiss && (cell.isEmpty() || cell.equalsIgnoreCase("nan") || cell.equals("null"))) {
            return Double.NaN;
        }
        try {
            return Double.parseDouble(cell);
        } catch (NumberFormatException e) {
            throw new UnfitException(
                    String.format(
                            Locale.ROOT,
                            "%s: row %d of column \"%s\" holds \"%s\", which is no number. %s",
                            file,
                            row + 1,
                            names.get(column),
                            cell,
                            mayMiss
                                    ? "Leave the cell empty where a reading was missed."
                                    : "The first column is the time since the start of the run in seconds."),
                    e);
        }
    }
}
