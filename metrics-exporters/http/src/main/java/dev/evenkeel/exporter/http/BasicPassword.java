package dev.evenkeel.exporter.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The one name and password that a listener knows: RFC 7617.
 *
 * <p>Kept as a digest. Two digests of equal length are compared by {@link MessageDigest#isEqual}, whose time does not depend on where
 * they differ; so the time of a refusal says nothing about the password. Immutable.
 */
final class BasicPassword {
    private static final String SCHEME = "basic ";
    private static final int MOST_FILE_BYTES = 1024;

    private final byte[] expected;

    private BasicPassword(byte[] expected) {
        this.expected = expected;
    }

    /** @param password copied, not kept: the caller may wipe it */
    static BasicPassword of(String user, char[] password) {
        if (user.isEmpty() || user.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "Cannot ask for the user name \"" + user
                            + "\": in basic authentication it ends at the first colon, and may not be empty. Choose another name.");
        }
        if (password.length == 0) {
            throw new IllegalArgumentException(
                    "Cannot ask for an empty password: anybody would have it. Pass one, or leave the password out.");
        }
        CharBuffer both = CharBuffer.allocate(user.length() + 1 + password.length);
        both.put(user).put(':').put(password).flip();
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(both);
        byte[] plain = new byte[bytes.remaining()];
        bytes.get(plain);
        byte[] digest = digest(plain);
        Arrays.fill(both.array(), '\0');
        Arrays.fill(bytes.array(), (byte) 0);
        Arrays.fill(plain, (byte) 0);
        return new BasicPassword(digest);
    }

    /** @param file its first line is the password */
    static BasicPassword fromFile(String user, Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_FILE_BYTES + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot read the password of the admin listener from " + file + " (" + e
                            + "). Without it nobody could ask; write the password into that file, readable by this process's user.",
                    e);
        }
        if (bytes.length > MOST_FILE_BYTES) {
            throw new IllegalArgumentException("Cannot take the password of the admin listener from " + file
                    + ": it has more than " + MOST_FILE_BYTES
                    + " bytes, so it is likely another file. Name one whose first line is the password.");
        }
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
        char[] all = text.array();
        int length = 0;
        while (length < text.limit() && all[length] != '\n' && all[length] != '\r') {
            length++;
        }
        char[] line = Arrays.copyOf(all, length);
        Arrays.fill(all, '\0');
        Arrays.fill(bytes, (byte) 0);
        try {
            return of(user, line);
        } finally {
            Arrays.fill(line, '\0');
        }
    }

    /** Returns whether a value of the Authorization header has them. */
    boolean isIn(@Nullable String authorization) {
        byte[] given = {};
        if (authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            try {
                given = Base64.getDecoder()
                        .decode(authorization.substring(SCHEME.length()).strip());
            } catch (IllegalArgumentException e) {
                given = new byte[0]; // not base64: compared all the same
            }
        }
        return MessageDigest.isEqual(expected, digest(given));
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256, this one has not.", e);
        }
    }
}
