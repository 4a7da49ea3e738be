package dev.evenkeel.exporter.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Certificates and keys in PEM: RFC 7468. */
final class PemFiles {
    private static final int MOST_BYTES = 1 << 20;
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private PemFiles() {}

    static List<Certificate> certificates(Path file) {
        try {
            List<Certificate> all = List.copyOf(
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(read(file))));
            if (all.isEmpty()) {
                throw noCertificates(file, null);
            }
            return all;
        } catch (CertificateException e) {
            throw noCertificates(file, e);
        }
    }

    private static IllegalArgumentException noCertificates(Path file, @Nullable Exception e) {
        return new IllegalArgumentException(
                "Cannot find a certificate in " + file + (e == null ? "" : " (" + e.getMessage() + ")")
                        + ". Pass a PEM file with BEGIN CERTIFICATE in it, the listener's own first.",
                e);
    }

    static PrivateKey privateKey(Path file) {
        String text = new String(read(file), StandardCharsets.US_ASCII);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            boolean locked = text.contains("ENCRYPTED");
            throw new IllegalArgumentException("Cannot find a key in " + file + ": "
                    + (locked
                            ? "it is locked with a password, which would have to lie beside it."
                            : "it has no " + BEGIN + " in it.")
                    + " Convert it with: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW");
        }
        PKCS8EncodedKeySpec spec;
        try {
            spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Cannot read the key in " + file + ": " + e.getMessage()
                    + ". The file is damaged; write it again.");
        }
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                continue; // of another algorithm
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("Every JVM has " + algorithm + ", this one has not.", e);
            }
        }
        throw new IllegalArgumentException(
                "Cannot read the key in " + file + ": it is not RSA, EC or Ed25519. Make one of these.");
    }

    private static byte[] read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MOST_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot read " + file + " (" + e
                            + "). Without it the listener cannot serve TLS; check the path, and that"
                            + " this process's user may read it.",
                    e);
        }
    }
}
