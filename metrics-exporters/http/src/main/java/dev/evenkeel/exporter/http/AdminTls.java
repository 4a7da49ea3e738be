package dev.evenkeel.exporter.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that an {@link AdminListener} shows, and those that it asks of its clients. All cryptography is the JDK's, with its
 * protocols and its {@code java.security} settings.
 *
 * <p>Files are read once: a renewed certificate is seen by the next listener. Immutable, thread-safe.
 */
public final class AdminTls {
    private static final String ALIAS = "admin";

    private final SSLContext context;
    private final boolean clientsMustShow;
    private final KeyManager @Nullable [] keys;

    private AdminTls(SSLContext context, boolean clientsMustShow, KeyManager @Nullable [] keys) {
        this.context = context;
        this.clientsMustShow = clientsMustShow;
        this.keys = keys;
    }

    /**
     * Returns what a context of the caller's says.
     *
     * @param clientsMustShow whether clients must show a certificate that the context's own trust managers accept
     */
    public static AdminTls of(SSLContext context, boolean clientsMustShow) {
        return new AdminTls(Objects.requireNonNull(context, "context"), clientsMustShow, null);
    }

    /**
     * Returns the certificate and key of a PKCS #12 file.
     *
     * @param password of file and key alike; not kept
     * @throws IllegalArgumentException if the file is no such store, has another password or no key
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public static AdminTls pkcs12(Path file, char[] password) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            boolean hasKey = false;
            for (String alias : Collections.list(store.aliases())) {
                hasKey |= store.isKeyEntry(alias);
            }
            if (!hasKey) {
                throw new IllegalArgumentException(
                        "Cannot serve TLS with " + file
                                + ": it holds no private key, so the listener could prove nothing. Export the certificate together with its key.");
            }
            return withKeys(store, password);
        } catch (FileSystemException e) {
            throw new UncheckedIOException(
                    "Cannot read " + file + " (" + e
                            + "). Without it the listener cannot serve TLS; check the path, and that"
                            + " this process's user may read it.",
                    e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "Cannot serve TLS with " + file + ": it is no PKCS #12 store, or has another password ("
                            + e.getMessage() + "). Check the password; for PEM files there is AdminTls.pem(..).",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "Cannot serve TLS with " + file + ": " + e.getMessage()
                            + ". Check that the password opens the key as well as the store.",
                    e);
        }
    }

    /**
     * Returns the certificate and key of two PEM files.
     *
     * @param certificates the listener's certificate first, then those that lead to its authority
     * @param key PKCS #8 without a password: {@code BEGIN PRIVATE KEY}; RSA, EC or Ed25519
     * @throws IllegalArgumentException if a file holds something else
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public static AdminTls pem(Path certificates, Path key) {
        List<Certificate> chain = PemFiles.certificates(certificates);
        char[] none = {};
        try {
            KeyStore store = empty();
            store.setKeyEntry(ALIAS, PemFiles.privateKey(key), none, chain.toArray(new Certificate[0]));
            return withKeys(store, none);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "Cannot serve TLS with " + certificates + " and " + key + ": " + e.getMessage()
                            + ". Check that the key belongs to the first certificate of the file.",
                    e);
        }
    }

    /**
     * Returns the same, for clients that show a certificate only.
     *
     * @param authorities a PEM file: whose certificates are accepted
     * @throws IllegalStateException if this was made from an {@link SSLContext}, which has authorities of its own
     */
    public AdminTls requireClients(Path authorities) {
        KeyManager[] own = keys;
        if (own == null) {
            throw new IllegalStateException("Cannot add authorities to a given SSLContext: it brings its own trust"
                    + " managers, and they decide. Give them to the context, and pass true to AdminTls.of(..).");
        }
        try {
            KeyStore trusted = empty();
            int number = 0;
            for (Certificate certificate : PemFiles.certificates(authorities)) {
                trusted.setCertificateEntry("authority" + number++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return new AdminTls(context(own, factory.getTrustManagers()), true, own);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "Cannot trust the authorities of " + authorities + ": " + e.getMessage()
                            + ". Pass a PEM file of certificates.",
                    e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new IllegalStateException("nothing was to be read", e);
        }
        return store;
    }

    private static AdminTls withKeys(KeyStore store, char[] password) throws GeneralSecurityException {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        KeyManager[] keys = factory.getKeyManagers();
        return new AdminTls(context(keys, new TrustManager[0]), false, keys);
    }

    private static SSLContext context(KeyManager[] keys, TrustManager[] trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, null);
        return context;
    }

    /** Puts TLS on a connection; the handshake is still to come. */
    SSLSocket wrap(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
        socket.setUseClientMode(false);
        socket.setNeedClientAuth(clientsMustShow);
        return socket;
    }
}
