package dev.evenkeel.payments;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SignatureTest {
    private static final byte[] BODY = "{\"id\":\"p-1\"}".getBytes(UTF_8);

    private final Signature signature = new Signature("key");

    /** The second test case of RFC 4231. */
    @Test
    void agreesWithTheStandard() {
        assertEquals(
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                new Signature("Jefe").sign("what do ya want for nothing?".getBytes(UTF_8)));
    }

    @Test
    void fitsItsOwnBodyInEitherCase() {
        String hex = signature.sign(BODY);

        assertTrue(signature.matches(BODY, hex));
        assertTrue(signature.matches(
                BODY, HexFormat.of().withUpperCase().formatHex(HexFormat.of().parseHex(hex))));
    }

    @Test
    void fitsNothingElse() {
        String hex = signature.sign(BODY);
        char first = hex.charAt(0) == '0' ? '1' : '0';
        char last = hex.charAt(63) == '0' ? '1' : '0';
        byte[] other = BODY.clone();
        other[0] ^= 1;

        assertFalse(signature.matches(other, hex));
        assertFalse(new Signature("kez").matches(BODY, hex));
        assertFalse(signature.matches(BODY, first + hex.substring(1)));
        assertFalse(signature.matches(BODY, hex.substring(0, 63) + last));
        assertFalse(signature.matches(BODY, hex.substring(0, 62)));
        assertFalse(signature.matches(BODY, hex + "00"));
        assertFalse(signature.matches(BODY, "x".repeat(64)));
        assertFalse(signature.matches(BODY, ""));
        assertFalse(signature.matches(BODY, null));
    }
}
