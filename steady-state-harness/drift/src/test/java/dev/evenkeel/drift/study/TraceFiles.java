package dev.evenkeel.drift.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes series as a labelled corpus, for {@code evenkeel drift --corpus} and for other programs. */
final class TraceFiles {
    private TraceFiles() {}

    static void write(List<Family> families, int each, long seed, Path folder) throws IOException {
        Files.createDirectories(folder);
        StringBuilder labels = new StringBuilder("file,family,is_leak,true_slope_per_hour,budget_per_hour\n");
        int number = 0;
        for (Family family : families) {
            for (Family.Horizon horizon : Family.Horizon.values()) {
                for (int i = 0; i < each; i++) {
                    Family.Made made = family.make(horizon, seed + i);
                    String file = "trace_" + ++number + ".csv";
                    StringBuilder csv = new StringBuilder("elapsed_s,value\n");
                    for (int k = 0; k < made.series().size(); k++) {
                        csv.append(made.series().second(k))
                                .append(',')
                                .append(made.series().value(k))
                                .append('\n');
                    }
                    Files.writeString(folder.resolve(file), csv);
                    labels.append(file)
                            .append(',')
                            .append(family.name())
                            .append(',')
                            .append(family.leak() ? 1 : 0);
                    labels.append(',')
                            .append(made.trueSlope())
                            .append(',')
                            .append(made.budget())
                            .append('\n');
                }
            }
        }
        Files.writeString(folder.resolve("labels.csv"), labels);
    }
}
