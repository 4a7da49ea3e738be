package dev.evenkeel.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Same readings, same digits: bit by bit, on every JDK, platform and locale. The golden file holds the first trace of
 * each family; to renew it after a change that is meant, copy target/digits.txt over it.
 */
class DeterminismTest {

    @Test
    void digitsAreThoseOfTheGoldenFile() throws IOException {
        String digits = digits();
        Path made = Path.of("target", "digits.txt");
        Files.createDirectories(made.getParent());
        Files.writeString(made, digits);

        assertEquals(golden(), digits);
    }

    @Test
    void localeChangesNothing() {
        Locale before = Locale.getDefault();
        String plain = digits();
        try {
            for (String tag : List.of("de-DE", "tr-TR", "ar-EG-u-nu-arab", "hi-IN-u-nu-deva", "fa-IR")) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                assertEquals(plain, digits(), tag);
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    private static String digits() {
        StringBuilder digits = new StringBuilder();
        Set<String> seen = new TreeSet<>();
        for (Corpus.Trace t : Corpus.bundled().traces()) {
            if (!seen.add(t.family())) {
                continue;
            }
            DriftResult r = DriftAnalysis.of(t.series(), new Budget(t.budget(), "by label"));
            double fitted = 0;
            for (double v : r.fitValues()) {
                fitted += v;
            }
            digits.append(t.file()).append(' ').append(t.family()).append('\n');
            for (double v : new double[] {
                r.slopePerHour(),
                r.lowerPerHour(),
                r.upperPerHour(),
                r.smallestDetectablePerHour(),
                r.rho(),
                r.effectiveSamples(),
                r.discardedSeconds(),
                r.pValue(),
                r.secondsNeeded().orElse(0),
                fitted
            }) {
                digits.append(Double.toHexString(v)).append(' ');
            }
            digits.append('\n').append(r.model()).append('\n').append(r).append("\n\n");
        }
        return digits.toString();
    }

    private static String golden() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(DeterminismTest.class.getResourceAsStream("/golden/drift-digits.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
