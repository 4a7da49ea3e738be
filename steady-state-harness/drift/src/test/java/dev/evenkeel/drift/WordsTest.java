package dev.evenkeel.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "12.345, 12.3",
        "0.012345, 0.0123",
        "99.96, 100",
        "123.6, 124",
        "1048576, 1048576",
        "-38.0, -38",
        "1200, 1200",
        "1e-9, 1.00E-9",
        "NaN, unknown",
        "-Infinity, -infinity"
    })
    void numbersKeepThreeDigitsOrAllBeforeThePoint(double v, String words) {
        assertEquals(words, Words.number(v));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 120, 00:00:00",
        "61.6, 120, 00:01:02",
        "3599.7, 7199, 01:00:00",
        "1260, 7200, 00:21",
        "360000, 400000, 100:00",
        "-30, 100, -00:00:30"
    })
    void clockShowsSecondsInShortRunsOnly(double second, double span, String words) {
        assertEquals(words, Words.clock(second, span));
    }

    @ParameterizedTest
    @CsvSource({
        "0.25, 0.25 s",
        "59.4, 59 s",
        "60, 1 min",
        "754, 12 min 34 s",
        "3600, 1 h",
        "36600, 10 h 10 min",
        "200000, 2 d 7 h",
        "Infinity, forever"
    })
    void durationsHaveTwoUnits(double seconds, String words) {
        assertEquals(words, Words.duration(seconds));
    }
}
