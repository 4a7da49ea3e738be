package dev.evenkeel.payments.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class FlagsTest {
    private static final List<String> KNOWN = List.of("--port", "--plant");

    private static Flags parse(String... args) throws StartFailure {
        return Flags.parse(args, KNOWN);
    }

    private static void assertUsage(String sentence, Executable parse) {
        StartFailure failure = assertThrows(StartFailure.class, parse);
        assertEquals(sentence, failure.sentence());
        assertEquals(2, failure.exitCode());
    }

    @Test
    void readsPairsAndDefaults() throws StartFailure {
        Flags flags = parse("--port", "65535");

        assertEquals(65_535, flags.number("--port", 1, 0, 65_535));
        assertEquals("none", flags.choice("--plant", "none", List.of("none", "fd")));
        assertNull(flags.text("--plant"));
        assertEquals(1, parse().number("--port", 1, 0, 65_535));
    }

    @Test
    void wrongLinesEndInOneSentence() {
        assertUsage("Unknown flag --prot: the known ones are --port, --plant.", () -> parse("--prot", "1"));
        assertUsage("--port has no value: write --port VALUE.", () -> parse("--port"));
        assertUsage("--port is given twice: keep one of them.", () -> parse("--port", "1", "--port", "2"));
        assertUsage("--port is \"65536\", which is not a whole number from 0 to 65535.", () -> parse("--port", "65536")
                .number("--port", 1, 0, 65_535));
        assertUsage("--port is \"x\", which is not a whole number from 0 to 65535.", () -> parse("--port", "x")
                .number("--port", 1, 0, 65_535));
        assertUsage("--plant is \"pipe\", which is none of none, fd.", () -> parse("--plant", "pipe")
                .choice("--plant", "none", List.of("none", "fd")));
    }
}
