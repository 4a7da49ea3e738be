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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A file of readings: a header, then one row per reading. The first column is the elapsed time in seconds; an empty
 * cell, {@code NaN}, {@code null}, {@code NA} or an infinity is a gap. Blank lines, a byte order mark and quotes around a cell
 * without a comma in it are passed over; numbers have a point.
 */
record CsvTable(Path file, List<String> names, List<String[]> rows) {
    private static final Set<String> GAPS =
            Set.of("", "nan", "null", "na", "n/a", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity");

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
        List<String> names = header(file, lines.get(0));
        List<String[]> rows = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                String[] cells = cells(lines.get(i));
                if (cells.length != names.size()) {
                    throw new UnfitException(file + " line " + (i + 1) + " has " + cells.length
                            + " cells, the header has "
                            + names.size() + ". A row cut short by a crash can be deleted; a missed reading is an empty"
                            + " cell; a number has a point, not a comma, before its fraction.");
                }
                rows.add(cells);
            }
        }
        return new CsvTable(file, names, rows);
    }

    private static List<String> header(Path file, String line) throws UnfitException {
        List<String> names = List.of(cells(line.startsWith("\uFEFF") ? line.substring(1) : line));
        String first = names.get(0);
        if (names.size() < 2) {
            String separator = first.indexOf(';') >= 0 || first.indexOf('\t') >= 0
                    ? " Its cells seem to be separated by semicolons or tabs: separate them by commas, and write"
                            + " numbers with a point."
                    : " The first line must name the columns, for example elapsed_s,value.";
            throw new UnfitException(
                    file + " has one column, \"" + first + "\": a trend needs a time and a reading." + separator);
        }
        if (names.stream().allMatch(CsvTable::isNumber)) {
            throw new UnfitException(file + " begins with the numbers " + line.strip()
                    + ", so that its first reading would be taken for names. Put a line before it that names the columns,"
                    + " for example elapsed_s,value.");
        }
        if (new HashSet<>(names).size() < names.size()) {
            throw new UnfitException(file + " has two columns of one name: " + String.join(", ", names)
                    + ". Rename one, so that it is known which is judged.");
        }
        return names;
    }

    private static String[] cells(String line) {
        String[] cells = line.split(",", -1);
        for (int i = 0; i < cells.length; i++) {
            String cell = cells[i].strip();
            boolean quoted = cell.length() >= 2 && cell.startsWith("\"") && cell.endsWith("\"");
            cells[i] = quoted ? cell.substring(1, cell.length() - 1).strip() : cell;
        }
        return cells;
    }

    private static boolean isNumber(String cell) {
        try {
            return Double.isFinite(Double.parseDouble(cell));
        } catch (NumberFormatException e) {
            return false;
        }
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
        String cell = rows.get(row)[column];
        if (mayMiss && GAPS.contains(cell.toLowerCase(Locale.ROOT))) {
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
