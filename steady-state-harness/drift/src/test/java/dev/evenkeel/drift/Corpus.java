package dev.evenkeel.drift;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Labelled traces, and what the reference implementation (Python) says about them. */
record Corpus(List<Trace> traces) {

    /** One trace with its truth. */
    record Trace(String file, String family, boolean leak, double trueSlope, double budget, TimeSeries series) {
        /** Families that no method can tell, for example less than one period of a cycle: shown, not counted. */
        boolean hard() {
            return family.startsWith("hard_");
        }
    }

    /** What the reference says; NaN where it gives no number. */
    record Reference(
            Verdict verdict, double slope, double lower, double upper, double rho, double discarded, String model) {}

    /** The 400 public traces. */
    static Corpus bundled() {
        Map<String, String> files = new HashMap<>();
        try (ZipInputStream zip = new ZipInputStream(resource("corpus-public.zip"))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                files.put(name, new String(zip.readAllBytes(), StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return of(files);
    }

    /** A folder with labels.csv and the traces that it names. */
    static Corpus folder(Path folder) {
        Map<String, String> files = new HashMap<>();
        try (var list = Files.list(folder)) {
            for (Path file : list.toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return of(files);
    }

    private static Corpus of(Map<String, String> files) {
        List<Trace> traces = new ArrayList<>();
        for (String line : rows(Objects.requireNonNull(files.get("labels.csv")))) {
            String[] cells = line.split(",");
            traces.add(new Trace(
                    cells[0],
                    cells[1],
                    cells[2].equals("1"),
                    Double.parseDouble(cells[3]),
                    Double.parseDouble(cells[4]),
                    series(Objects.requireNonNull(files.get(cells[0])))));
        }
        return new Corpus(traces);
    }

    private static TimeSeries series(String csv) {
        List<String> rows = rows(csv);
        double[] seconds = new double[rows.size()];
        double[] values = new double[rows.size()];
        for (int i = 0; i < seconds.length; i++) {
            String[] cells = rows.get(i).split(",");
            seconds[i] = Double.parseDouble(cells[0]);
            values[i] = Double.parseDouble(cells[1]);
        }
        return TimeSeries.of(seconds, values);
    }

    static Map<String, Reference> bundledReference() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(resource("reference.csv"), StandardCharsets.US_ASCII))) {
            return reference(String.join("\n", reader.lines().toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Reference> reference(String csv) {
        Map<String, Reference> reference = new HashMap<>();
        for (String line : rows(csv)) {
            String[] cells = line.split(",");
            reference.put(
                    cells[0],
                    new Reference(
                            Verdict.valueOf(cells[1]),
                            number(cells[2]),
                            number(cells[3]),
                            number(cells[4]),
                            number(cells[5]),
                            number(cells[7]),
                            cells[8]));
        }
        return reference;
    }

    private static double number(String cell) {
        return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
    }

    private static List<String> rows(String csv) {
        return csv.lines().skip(1).filter(line -> !line.isBlank()).toList();
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(Corpus.class.getResourceAsStream(name), name);
    }
}
