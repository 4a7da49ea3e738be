package dev.evenkeel.soak;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * The append-only log of a run, {@value #FILE}: everything a verdict rests on, one line an entry, each with a checksum.
 *
 * <p>The first line is {@value #SCHEMA_LINE}. A line is eight hexadecimal digits (CRC-32C of what follows them and the
 * space), a space, and the entry. Each goes to the operating system in one write, before the next sample is taken: a harness
 * that is killed loses at most the sample it was taking. A power cut may take some seconds more. One thread.
 */
final class RunLog implements AutoCloseable {
    static final String FILE = "run.log";
    static final String SCHEMA_LINE = "# evenkeel run, schema 1";

    private final OutputStream out;
    private final EntryText text = new EntryText();

    RunLog(OutputStream out) {
        this.out = out;
    }

    /**
     * Starts a new log.
     *
     * @throws IOException when the file exists already or cannot be written
     */
    static RunLog create(Path file) throws IOException {
        RunLog log = new RunLog(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        log.out.write((SCHEMA_LINE + "\n").getBytes(StandardCharsets.UTF_8));
        return log;
    }

    /**
     * Goes on with a log. Half a line at its end, which a killed harness left, is ended first.
     *
     * @throws IOException when the file is not there or cannot be written
     */
    static RunLog append(Path file) throws IOException {
        RunLog log = new RunLog(Files.newOutputStream(file, StandardOpenOption.APPEND));
        log.out.write('\n'); // an empty line is no entry; half a line becomes one that its checksum refuses
        return log;
    }

    void write(RunEntry entry) throws IOException {
        byte[] body = text.write(entry).getBytes(StandardCharsets.UTF_8);
        byte[] line = new byte[9 + body.length + 1];
        byte[] sum = (checksum(body) + " ").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(sum, 0, line, 0, 9);
        System.arraycopy(body, 0, line, 9, body.length);
        line[line.length - 1] = '\n';
        out.write(line);
    }

    static String checksum(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body);
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
