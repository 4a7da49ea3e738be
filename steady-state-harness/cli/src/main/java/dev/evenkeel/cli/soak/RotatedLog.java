package dev.evenkeel.cli.soak;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * What a child prints, in a file that does not grow without end: at {@link #MOST_BYTES} the file is renamed to {@code
 * NAME.1}, in place of the one before, and begins anew. So it takes twice that at most, and the newest half is always there.
 *
 * <p>One daemon thread, {@code evenkeel-log-NAME}, which ends with the child's output.
 */
final class RotatedLog {
    /** A day of one line a second of 100 bytes: what one looks at after a bad night. */
    static final long MOST_BYTES = 8L << 20;

    private final InputStream from;
    private final Path file;
    private final long most;

    RotatedLog(InputStream from, Path file, long most) {
        this.from = from;
        this.file = file;
        this.most = most;
    }

    /** Copies until the end of the input, on a thread of its own. */
    static void start(InputStream from, Path file) {
        Thread thread =
                new Thread(() -> new RotatedLog(from, file, MOST_BYTES).copy(), "evenkeel-log-" + file.getFileName());
        thread.setDaemon(true);
        thread.start();
    }

    /** On a full disk it reads on and writes nothing more: the child must not stand still for its log. */
    void copy() {
        byte[] buffer = new byte[8192];
        OutputStream out = null;
        long size = 0;
        boolean broken = false;
        try {
            out = open(); // reports name it, whether the child says anything or not
            size = Files.size(file);
        } catch (IOException e) {
            broken = true;
        }
        try (from) {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                if (broken) {
                    continue;
                }
                try {
                    if (out != null && size + n > most) {
                        out.close();
                        out = null;
                        Files.move(
                                file,
                                file.resolveSibling(file.getFileName() + ".1"),
                                StandardCopyOption.REPLACE_EXISTING);
                    }
                    if (out == null) {
                        out = open();
                        size = Files.size(file);
                    }
                    out.write(buffer, 0, n);
                    size += n;
                } catch (IOException e) {
                    broken = true;
                }
            }
        } catch (IOException e) {
            // the same as the end of its output
        } finally {
            if (out != null) {
                try {
                    out.close();
                } catch (IOException e) {
                    // what was written is written
                }
            }
        }
    }

    private OutputStream open() throws IOException {
        return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
