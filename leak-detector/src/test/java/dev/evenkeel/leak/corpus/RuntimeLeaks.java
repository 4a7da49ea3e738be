package dev.evenkeel.leak.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.ref.Cleaner;
import java.net.JarURLConnection;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;

/** What services leave behind in schedulers, pools, files and the JVM's own tables; see {@link ServiceLeaks}. */
final class RuntimeLeaks {

    private RuntimeLeaks() {}

    static void add(Corpus.Builder corpus) {
        twin(corpus, "time-out per reservation in one scheduler", RuntimeLeaks::timeouts, "Reservation", "reserve-*");
        twin(corpus, "jars kept by the cache of URL connections", RuntimeLeaks::jarCache, "theme*.jar");
        twin(corpus, "random access file per call", RuntimeLeaks::randomAccess, "index*.db");
        twin(
                corpus,
                "Unix domain socket per call",
                RuntimeLeaks::unixSocket,
                "socket",
                "SocketChannel",
                "control*.sock");
        twin(corpus, "cleaner per call", RuntimeLeaks::cleaners, "Cleaner-*", "CleanerImpl");
        twin(corpus, "slices of direct buffers", RuntimeLeaks::slices, "DirectByteBuffer", "direct", "Header");
        twin(corpus, "tasks behind permits that were lost", RuntimeLeaks::permits, "shipment-*");
        twin(corpus, "tasks stuck in the common pool", RuntimeLeaks::commonPool, "commonPool-worker", "Enquiry");
        twin(corpus, "recordings never closed", RuntimeLeaks::recordings, "Recording");
        twin(corpus, "file system of an archive never closed", RuntimeLeaks::zipFileSystem, "bundle*.zip");
        twin(corpus, "thread for each long poll", RuntimeLeaks::longPolls, "poll-*");
        twin(corpus, "repeated task never cancelled", RuntimeLeaks::repeated, "Refresh", "refresh-*");
        corpus.twin(
                21,
                ServiceLeaks.PREFIX + "virtual threads behind a permit that was lost",
                RuntimeLeaks::virtualPermits,
                "irtual");
    }

    private static void twin(Corpus.Builder corpus, String name, CorpusCase.Twin twin, String... culprits) {
        ServiceLeaks.twin(corpus, name, twin, culprits);
    }

    private record Reservation(byte[] seats) implements Runnable {
        @Override
        public void run() {
            seats[0] = 0;
        }
    }

    private static Subject timeouts(boolean leaking) {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, ThreadCases.named("reserve-"));
        scheduler.setRemoveOnCancelPolicy(true);
        return Subject.of(
                () -> {
                    ScheduledFuture<?> timeout =
                            scheduler.schedule(new Reservation(new byte[40]), 30, TimeUnit.MINUTES);
                    if (!leaking) {
                        timeout.cancel(false);
                    }
                },
                scheduler::shutdownNow);
    }

    private static Subject jarCache(boolean leaking) throws IOException {
        Path directory = Files.createTempDirectory("themes");
        int[] n = {0};
        return Subject.of(
                () -> {
                    Path jar = directory.resolve("theme-" + n[0]++ + ".jar");
                    zip(jar, "colours.txt");
                    JarURLConnection connection = (JarURLConnection) URI.create("jar:" + jar.toUri() + "!/colours.txt")
                            .toURL()
                            .openConnection();
                    connection.setUseCaches(leaking);
                    try (InputStream in = connection.getInputStream()) {
                        if (in.read() < 0) {
                            throw new IOException("no colours in " + jar);
                        }
                    }
                    Files.delete(jar);
                },
                () -> Files.delete(directory));
    }

    private static void zip(Path file, String entry) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.putNextEntry(new ZipEntry(entry));
            out.write(new byte[] {'r', 'e', 'd'});
            out.closeEntry();
        }
    }

    private static Subject randomAccess(boolean leaking) throws IOException {
        Path file = Files.createTempFile("index", ".db");
        List<RandomAccessFile> open = new ArrayList<>();
        return Subject.of(
                () -> {
                    RandomAccessFile index = new RandomAccessFile(file.toFile(), "rw");
                    index.writeInt(42);
                    if (leaking) {
                        open.add(index);
                    } else {
                        index.close();
                    }
                },
                () -> {
                    for (RandomAccessFile index : open) {
                        index.close();
                    }
                    Files.delete(file);
                });
    }

    private static Subject unixSocket(boolean leaking) throws IOException {
        Path directory = Files.createTempDirectory("ctl");
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("control.sock"));
        ServerSocketChannel server =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address, 1_000);
        List<SocketChannel> open = new ArrayList<>();
        return Subject.of(
                () -> {
                    SocketChannel client = SocketChannel.open(address);
                    SocketChannel accepted = server.accept();
                    accepted.close();
                    if (leaking) {
                        open.add(client);
                    } else {
                        client.close();
                    }
                },
                () -> {
                    for (SocketChannel client : open) {
                        client.close();
                    }
                    server.close();
                    Files.deleteIfExists(address.getPath());
                    Files.delete(directory);
                });
    }

    /** The documentation asks for one a library. */
    private static Subject cleaners(boolean leaking) {
        List<Cleaner> all = new ArrayList<>();
        return Subject.of(
                () -> {
                    Cleaner cleaner = leaking || all.isEmpty() ? Cleaner.create() : all.get(0);
                    cleaner.register(new Object(), () -> {});
                    if (!all.contains(cleaner)) {
                        all.add(cleaner);
                    }
                },
                all::clear);
    }

    private record Header(ByteBuffer bytes) {}

    /** Sixteen bytes hold four thousand. */
    private static Subject slices(boolean leaking) {
        List<Header> headers = new ArrayList<>();
        return () -> {
            ByteBuffer frame = ByteBuffer.allocateDirect(4_096);
            ByteBuffer first = frame.slice(0, 16);
            headers.add(new Header(
                    leaking ? first : ByteBuffer.allocate(16).put(first).flip()));
            if (!leaking && headers.size() > 20) {
                headers.clear();
            }
        };
    }

    private static Subject permits(boolean leaking) {
        ExecutorService pool = Executors.newCachedThreadPool(ThreadCases.named("shipment-"));
        Semaphore trucks = new Semaphore(2);
        return Subject.of(
                () -> {
                    var unused = pool.submit(() -> {
                        trucks.acquire();
                        if (!leaking) {
                            trucks.release();
                        }
                        return 1;
                    });
                },
                pool::shutdownNow);
    }

    private record Enquiry(CompletableFuture<String> answer) {
        String await() {
            return answer.join();
        }
    }

    private static Subject commonPool(boolean leaking) {
        CompletableFuture<String> never = new CompletableFuture<>();
        return Subject.of(
                () -> {
                    Enquiry enquiry = new Enquiry(leaking ? never : new CompletableFuture<>());
                    if (!leaking) {
                        enquiry.answer.complete("yes");
                    }
                    var unused = CompletableFuture.supplyAsync(enquiry::await);
                },
                () -> never.complete("late"));
    }

    private static Subject recordings(boolean leaking) {
        List<Recording> all = new ArrayList<>();
        return Subject.of(
                () -> {
                    Recording recording = new Recording();
                    recording.setName("the slow request");
                    if (leaking) {
                        all.add(recording);
                    } else {
                        recording.close();
                    }
                },
                () -> all.forEach(Recording::close));
    }

    private static Subject zipFileSystem(boolean leaking) throws IOException {
        Path file = Files.createTempFile("bundle", ".zip");
        zip(file, "part");
        List<FileSystem> open = new ArrayList<>();
        return Subject.of(
                () -> {
                    FileSystem bundle = FileSystems.newFileSystem(file);
                    if (!Files.exists(bundle.getPath("part"))) {
                        throw new IOException("no part in " + file);
                    }
                    if (leaking) {
                        open.add(bundle);
                    } else {
                        bundle.close();
                    }
                },
                () -> {
                    for (FileSystem bundle : open) {
                        bundle.close();
                    }
                    Files.delete(file);
                });
    }

    /** A thread per request which waits until its client is told something; some clients went away. */
    private static Subject longPolls(boolean leaking) {
        List<Thread> waiting = new ArrayList<>();
        Object news = new Object();
        int[] n = {0};
        return Subject.of(
                () -> {
                    boolean gone = leaking && n[0] % 3 == 0;
                    Thread poll = new Thread(() -> hold(news, gone ? 0 : 2), "poll-" + n[0]++);
                    poll.setDaemon(true);
                    poll.start();
                    if (gone) {
                        waiting.add(poll);
                    } else {
                        poll.join();
                    }
                },
                () -> waiting.forEach(Thread::interrupt));
    }

    private static void hold(Object news, long millis) {
        synchronized (news) {
            try {
                do {
                    news.wait(millis);
                } while (millis == 0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Refresh implements Runnable {
        private @Nullable String state;

        @Override
        public void run() {
            state = "fresh";
        }
    }

    private static Subject repeated(boolean leaking) {
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1, ThreadCases.named("refresh-"));
        return Subject.of(
                () -> {
                    ScheduledFuture<?> refresh =
                            scheduler.scheduleWithFixedDelay(new Refresh(), 1, 500, TimeUnit.MILLISECONDS);
                    if (!leaking) {
                        refresh.cancel(false);
                    }
                },
                scheduler::shutdownNow);
    }

    private static Subject virtualPermits(boolean leaking) {
        Semaphore permits = new Semaphore(1);
        return Subject.of(
                () -> {
                    Thread thread = ThreadCases.Later.startVirtualThread(() -> {
                        permits.acquireUninterruptibly();
                        if (!leaking) {
                            permits.release();
                        }
                    });
                    if (!leaking) {
                        thread.join();
                    }
                },
                () -> permits.release(1_000_000));
    }
}
