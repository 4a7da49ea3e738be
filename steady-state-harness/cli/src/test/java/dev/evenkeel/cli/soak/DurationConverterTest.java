package dev.evenkeel.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {
    private final DurationConverter converter = new DurationConverter();

    @Test
    void everyUnitAndTheirSumsAreRead() {
        assertEquals(Duration.ofSeconds(90), converter.convert("90s"));
        assertEquals(Duration.ofMinutes(2), converter.convert(" 2M "));
        assertEquals(Duration.ofMinutes(90), converter.convert("1h30m"));
        assertEquals(Duration.ofDays(7), converter.convert("7d"));
        assertEquals(Duration.ofMillis(1500), converter.convert("1s500ms"));
        assertEquals(Duration.ZERO, converter.convert("0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "m", "2 minutes", "-2m", "2m!", "1.5h", "9999999999s"})
    void whatIsNoDurationIsRefusedWithExamples(String wrong) {
        TypeConversionException e = assertThrows(TypeConversionException.class, () -> converter.convert(wrong));

        assertEquals("\"" + wrong + "\" is no duration: write 90s, 2m, 1h30m or 7d", e.getMessage());
    }
}
