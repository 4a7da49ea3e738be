package dev.evenkeel.payments;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** HMAC-SHA256 over the bytes of a request body, written as 64 hexadecimal digits. Safe from any thread. */
final class Signature {
    static final String HEADER = "X-Payment-Signature";

    /** The variable of the environment that holds the shared key. */
    static final String KEY_VARIABLE = "EVENKEEL_PAYMENTS_KEY";

    /** The key where the variable is not set: public, so for machines of one's own only. */
    static final String DEVELOPMENT_KEY = "evenkeel-development-key";

    private static final String ALGORITHM = "HmacSHA256";
    private static final int HEX_DIGITS = 64;

    private final Mac prototype;

    Signature(String key) {
        try {
            prototype = Mac.getInstance(ALGORITHM);
            prototype.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "This JDK has no " + ALGORITHM + ", which every Java platform must have: install another.", e);
        }
    }

    /** With the key of the environment, or the development key. */
    static Signature fromEnvironment() {
        String key = System.getenv(KEY_VARIABLE);
        return new Signature(key == null || key.isEmpty() ? DEVELOPMENT_KEY : key);
    }

    String sign(byte[] body) {
        return HexFormat.of().formatHex(mac(body));
    }

    /** Whether the signature fits the body. Takes the same time whichever digit is wrong. */
    boolean matches(byte[] body, @Nullable String signature) {
        if (signature == null || signature.length() != HEX_DIGITS) {
            return false;
        }
        byte[] given;
        try {
            given = HexFormat.of().parseHex(signature);
        } catch (IllegalArgumentException e) {
            return false;
        }
        return MessageDigest.isEqual(mac(body), given);
    }

    private byte[] mac(byte[] body) {
        try {
            return ((Mac) prototype.clone()).doFinal(body); // A Mac holds state: one per call, no lock.
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(
                    "The JDK's own " + ALGORITHM + " can be cloned; this one cannot: " + prototype.getProvider()
                            + ". Put the SunJCE provider first.",
                    e);
        }
    }
}
