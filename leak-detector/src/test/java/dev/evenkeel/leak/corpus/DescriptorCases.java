package dev.evenkeel.leak.corpus;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Files, sockets, pipes, selectors, child processes. */
final class DescriptorCases {

    private DescriptorCases() {}

    static void add(Corpus.Builder corpus) {
        corpus.twin("file stream kept open", DescriptorCases::keptStream, "invoice*.txt");
        corpus.twin("file stream left to the collector", DescriptorCases::droppedStream, "invoice*.txt");
        corpus.twin("file stream left open on every seventh call", DescriptorCases::errorPath, "journal*.dat");
        corpus.twin("file channel kept open", DescriptorCases::keptChannel, "segment*.log");
        corpus.twin("file lock never released", DescriptorCases::fileLock, "lease*.lock");
        corpus.twin("directory listing left open", DescriptorCases::directoryListing, "spool");
        corpus.twin("lines of a file left open", DescriptorCases::linesLeftOpen, "report*.csv");
        corpus.twin("zip file kept open", DescriptorCases::zipFile, "archive*.zip");
        corpus.twin("class loader with its jar kept open", DescriptorCases::jarLoader, "plugin*.jar", "URLClassLoader");
        corpus.twin("client socket kept open", DescriptorCases::clientSocket, "socket", "Socket");
        corpus.twin("accepted socket kept open", DescriptorCases::acceptedSocket, "socket", "Socket");
        corpus.twin("server socket per call", DescriptorCases::serverSocket, "socket", "Socket");
        corpus.twin("datagram channel per call", DescriptorCases::datagramChannel, "socket", "DatagramChannel");
        corpus.twin("selector per call", DescriptorCases::selector, "eventpoll", "Selector", "EPoll");
        corpus.twin("pipe per call", DescriptorCases::pipe, "pipe", "Pipe");
        corpus.twin("child process left running", DescriptorCases::childProcess, "sleep", "process");
        corpus.twin("ended processes kept with what they printed", DescriptorCases::endedProcesses, "Process");
    }

    /** What a leak keeps; closed with the case. */
    static final class Kept implements Subject.Step {
        private final List<Closeable> all = new ArrayList<>();
        private final List<Path> files = new ArrayList<>();

        Path file(String prefix, String suffix) throws IOException {
            Path file = Files.createTempFile(prefix, suffix);
            Files.write(file, new byte[200]);
            files.add(file);
            return file;
        }

        void keepOrClose(boolean leaking, Closeable one) throws IOException {
            if (leaking) {
                all.add(one);
            } else {
                one.close();
            }
        }

        @Override
        public void run() throws IOException {
            for (Closeable one : all) {
                one.close();
            }
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static Subject keptStream(boolean leaking) throws IOException {
        Kept kept = new Kept();
        Path file = kept.file("invoice", ".txt");
        return Subject.of(
                () -> {
                    InputStream in = new FileInputStream(file.toFile());
                    in.read();
                    kept.keepOrClose(leaking, in);
                },
                kept);
    }

    private static Subject droppedStream(boolean leaking) throws IOException {
        Kept kept = new Kept();
        Path file = kept.file("invoice", ".txt");
        return Subject.of(
                () -> {
                    InputStream in = new FileInputStream(file.toFile());
                    in.read();
                    if (!leaking) {
                        in.close();
                    }
                },
                kept);
    }

    private static Subject errorPath(boolean leaking) throws IOException {
        Kept kept = new Kept();
        Path file = kept.file("journal", ".dat");
        int[] n = {0};
        return Subject.of(
                () -> {
                    RandomAccessFile in = new RandomAccessFile(file.toFile(), "r");
                    try {
                        if (++n[0] % 7 == 0) {
                            throw new IOException("a record that cannot be read");
                        }
                        in.close();
                    } catch (IOException e) {
                        kept.keepOrClose(leaking, in);
                    }
                },
                kept);
    }

    private static Subject keptChannel(boolean leaking) throws IOException {
        Kept kept = new Kept();
        Path file = kept.file("segment", ".log");
        return Subject.of(() -> kept.keepOrClose(leaking, FileChannel.open(file, StandardOpenOption.READ)), kept);
    }

    private static Subject fileLock(boolean leaking) throws IOException {
        Kept kept = new Kept();
        Path file = kept.file("lease", ".lock");
        int[] n = {0};
        return Subject.of(
                () -> {
                    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock(n[0]++, 1, false);
                    if (!leaking) {
                        lock.release();
                    }
                    kept.keepOrClose(leaking, channel);
                },
                kept);
    }

    private static Subject directoryListing(boolean leaking) throws IOException {
        Path directory = Files.createTempDirectory("spool");
        Files.createFile(directory.resolve("first"));
        return Subject.of(
                () -> {
                    Stream<Path> list = Files.list(directory);
                    if (list.findFirst().isEmpty()) {
                        throw new IllegalStateException("the directory is empty");
                    }
                    if (!leaking) {
                        list.close(); // no collection does it for us
                    }
                },
                () -> {
                    Files.delete(directory.resolve("first"));
                    Files.delete(directory);
                });
    }

    private static Subject linesLeftOpen(boolean leaking) throws IOException {
        Kept kept = new Kept();
        Path file = kept.file("report", ".csv");
        Files.writeString(file, "a,b\n1,2\n");
        return Subject.of(
                () -> {
                    Stream<String> lines = Files.lines(file);
                    lines.findFirst().orElseThrow();
                    if (!leaking) {
                        lines.close();
                    }
                },
                kept);
    }

    private static Path zip(Path file) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.putNextEntry(new ZipEntry("settings.properties"));
            out.write("a=b".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return file;
    }

    private static Subject zipFile(boolean leaking) throws IOException {
        Kept kept = new Kept();
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            files.add(zip(kept.file("archive", ".zip")));
        }
        Path fresh =
                files.get(0).resolveSibling("archive-" + ProcessHandle.current().pid() + "-");
        int[] n = {0};
        return Subject.of(
                () -> {
                    // A zip file that is open already is shared by the JDK: each call has a file of its own, as uploads
                    // do.
                    Path upload = Path.of(fresh.toString() + n[0]++ + ".zip");
                    Files.copy(files.get(0), upload);
                    ZipFile zip = new ZipFile(upload.toFile());
                    zip.getEntry("settings.properties");
                    Files.delete(upload);
                    kept.keepOrClose(leaking, zip);
                },
                kept);
    }

    private static Subject jarLoader(boolean leaking) throws IOException {
        Kept kept = new Kept();
        Path jar = zip(kept.file("plugin", ".jar"));
        return Subject.of(
                () -> {
                    URLClassLoader loader =
                            new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
                    if (loader.findResource("settings.properties") == null) {
                        throw new IllegalStateException("nothing in the jar");
                    }
                    kept.keepOrClose(leaking, loader);
                },
                kept);
    }

    private static Subject clientSocket(boolean leaking) throws IOException {
        Kept kept = new Kept();
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        return Subject.of(
                () -> {
                    Socket client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
                    server.accept().close();
                    kept.keepOrClose(leaking, client);
                },
                () -> {
                    kept.run();
                    server.close();
                });
    }

    private static Subject acceptedSocket(boolean leaking) throws IOException {
        Kept kept = new Kept();
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        return Subject.of(
                () -> {
                    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
                        Socket accepted = server.accept();
                        accepted.getOutputStream().write(1);
                        client.getInputStream().read();
                        kept.keepOrClose(leaking, accepted);
                    }
                },
                () -> {
                    kept.run();
                    server.close();
                });
    }

    private static Subject serverSocket(boolean leaking) {
        Kept kept = new Kept();
        return Subject.of(
                () -> kept.keepOrClose(leaking, new ServerSocket(0, 5, InetAddress.getLoopbackAddress())), kept);
    }

    private static Subject datagramChannel(boolean leaking) {
        Kept kept = new Kept();
        return Subject.of(() -> kept.keepOrClose(leaking, DatagramChannel.open()), kept);
    }

    private static Subject selector(boolean leaking) {
        Kept kept = new Kept();
        return Subject.of(
                () -> {
                    Selector selector = Selector.open();
                    selector.selectNow();
                    kept.keepOrClose(leaking, selector);
                },
                kept);
    }

    private static Subject pipe(boolean leaking) {
        Kept kept = new Kept();
        return Subject.of(
                () -> {
                    Pipe pipe = Pipe.open();
                    kept.keepOrClose(leaking, pipe.sink());
                    kept.keepOrClose(leaking, pipe.source());
                },
                kept);
    }

    private static Subject childProcess(boolean leaking) {
        List<Process> all = new ArrayList<>();
        return Subject.of(
                () -> {
                    Process child = new ProcessBuilder("sleep", "900")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
                    if (leaking) {
                        all.add(child);
                    } else {
                        child.destroyForcibly().waitFor();
                        child.getOutputStream().close();
                    }
                },
                () -> all.forEach(Process::destroyForcibly));
    }

    private static Subject endedProcesses(boolean leaking) {
        List<Process> all = new ArrayList<>();
        return () -> {
            Process child = new ProcessBuilder("true").start();
            child.waitFor();
            if (leaking) {
                all.add(child); // the JDK closes its pipes and keeps what was in them
            }
        };
    }
}
