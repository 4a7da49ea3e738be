package dev.evenkeel.leak.corpus;

import java.beans.PropertyChangeListener;
import java.beans.PropertyChangeSupport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Cleaner;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Driver;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.management.MBeanServer;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.ObjectName;

/** What the platform keeps for whoever forgets to take it back: beans, hooks, loaders, memory outside of the heap, futures, drivers. */
final class PlatformCases {

    private PlatformCases() {}

    static void add(Corpus.Builder corpus) {
        corpus.twin("bean per call", PlatformCases::bean, "Cart", "corpus:");
        corpus.twin("notification listener per call", PlatformCases::notificationListener, "Watchdog");
        corpus.twin("shutdown hook per call", PlatformCases::shutdownHook, "flush-*", "Flush");
        corpus.twin("delete-on-exit per call", PlatformCases::deleteOnExit, "DeleteOnExit", "upload*.tmp");
        corpus.twin("temporary file per call", PlatformCases::tempFile, "export*.part");
        corpus.twin("temporary directory per call", PlatformCases::tempDirectory, "workspace");
        corpus.twin("logging handler per call", PlatformCases::loggingHandler, "Tail");
        corpus.twin("property listener per call", PlatformCases::propertyListener, "Form");
        corpus.twin("subscriber never cancelled", PlatformCases::subscriber, "Ticker", "SubmissionPublisher");
        corpus.twin("stages behind a future that never completes", PlatformCases::futureChain, "Request");
        // Cancelling drops the task itself: what stays is the scheduler's, in the queue of its thread.
        corpus.twin("cancelled tasks that stay in their scheduler", PlatformCases::cancelledTasks, "Expiry", "expiry-");
        corpus.twin("futures of finished tasks kept", PlatformCases::finishedTasks, "Result");
        corpus.twin("task queue behind a stuck thread", PlatformCases::stuckQueue, "Job");
        corpus.twin("suppressed exceptions of one that is kept", PlatformCases::suppressed, "TryAgain");
        corpus.twin("proxies of ever new loaders", PlatformCases::proxyLoaders, "PluginLoader", "$Proxy");
        corpus.twin("class loader behind a thread-local", PlatformCases::loaderThreadLocal, "PluginLoader", "Plugin");
        corpus.twin("thread whose context loader stays", PlatformCases::contextLoader, "module-*", "PluginLoader");
        corpus.twin("direct buffers kept", PlatformCases::directBuffers, "DirectByteBuffer", "direct", "Frame");
        corpus.twin("mapped files kept", PlatformCases::mappedFiles, "segment*.map", "mapped", "DirectByteBuffer");
        corpus.twin("cleaner that holds what it is to clean", PlatformCases::cleaner, "Handle");
        corpus.twin("phantom references never drained", PlatformCases::phantoms, "Ghost");
        corpus.twin("driver registered per call", PlatformCases::driver, "Driver");
        corpus.twin("connection never given back", PlatformCases::connections, "Link");
        corpus.twin("statements that their connection keeps", PlatformCases::statements, "Statement");
        corpus.twin("thread-locals per call", PlatformCases::threadLocals, "ThreadLocal", "Scratch");
    }

    /** A bean's interface. */
    public interface CartMXBean {
        int getItems();
    }

    private static final class Cart implements CartMXBean {
        @Override
        public int getItems() {
            return 3;
        }
    }

    private static Subject bean(boolean leaking) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        List<ObjectName> names = new ArrayList<>();
        int[] n = {0};
        return Subject.of(
                () -> {
                    ObjectName name = new ObjectName("corpus:type=Cart,id=" + n[0]++);
                    server.registerMBean(new Cart(), name);
                    if (leaking) {
                        names.add(name);
                    } else {
                        server.unregisterMBean(name);
                    }
                },
                () -> {
                    for (ObjectName name : names) {
                        server.unregisterMBean(name);
                    }
                });
    }

    private static final class Watchdog implements NotificationListener {
        long seen;

        @Override
        public void handleNotification(javax.management.Notification notification, Object handback) {
            seen++;
        }
    }

    private static Subject notificationListener(boolean leaking) {
        NotificationEmitter memory = (NotificationEmitter) ManagementFactory.getMemoryMXBean();
        List<NotificationListener> added = new ArrayList<>();
        return Subject.of(
                () -> {
                    NotificationListener listener = new Watchdog();
                    memory.addNotificationListener(listener, null, null);
                    if (leaking) {
                        added.add(listener);
                    } else {
                        memory.removeNotificationListener(listener);
                    }
                },
                () -> {
                    for (NotificationListener listener : added) {
                        memory.removeNotificationListener(listener);
                    }
                });
    }

    private static final class Flush extends Thread {
        Flush(int n) {
            super("flush-" + n);
        }

        @Override
        public void run() {}
    }

    private static Subject shutdownHook(boolean leaking) {
        List<Thread> hooks = new ArrayList<>();
        int[] n = {0};
        return Subject.of(
                () -> {
                    Thread hook = new Flush(n[0]++);
                    Runtime.getRuntime().addShutdownHook(hook);
                    if (leaking) {
                        hooks.add(hook);
                    } else {
                        Runtime.getRuntime().removeShutdownHook(hook);
                    }
                },
                () -> hooks.forEach(Runtime.getRuntime()::removeShutdownHook));
    }

    private static Subject deleteOnExit(boolean leaking) {
        return () -> {
            Path file = Files.createTempFile("upload", ".tmp");
            if (leaking) {
                file.toFile().deleteOnExit();
            }
            Files.delete(file); // the JVM keeps the name until it ends, whether the file is there or not
        };
    }

    private static Subject tempFile(boolean leaking) {
        List<Path> files = new ArrayList<>();
        return Subject.of(
                () -> {
                    Path file = Files.createTempFile("export", ".part");
                    Files.write(file, new byte[64]);
                    if (leaking) {
                        files.add(file);
                    } else {
                        Files.delete(file);
                    }
                },
                () -> {
                    for (Path file : files) {
                        Files.deleteIfExists(file);
                    }
                });
    }

    private static Subject tempDirectory(boolean leaking) {
        List<Path> all = new ArrayList<>();
        return Subject.of(
                () -> {
                    Path directory = Files.createTempDirectory("workspace");
                    if (leaking) {
                        all.add(directory);
                    } else {
                        Files.delete(directory);
                    }
                },
                () -> {
                    for (Path directory : all) {
                        Files.deleteIfExists(directory);
                    }
                });
    }

    private static final class Tail extends Handler {
        @Override
        public void publish(LogRecord line) {}

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static Subject loggingHandler(boolean leaking) {
        Logger logger = Logger.getLogger("corpus.orders");
        logger.setUseParentHandlers(false);
        return Subject.of(
                () -> {
                    Handler handler = new Tail();
                    logger.addHandler(handler);
                    logger.info("an order");
                    if (!leaking) {
                        logger.removeHandler(handler);
                    }
                },
                () -> {
                    for (Handler handler : logger.getHandlers()) {
                        if (!(handler instanceof ConsoleHandler)) {
                            logger.removeHandler(handler);
                        }
                    }
                });
    }

    private static final class Form {
        private final byte[] fields = new byte[100];

        void changed() {
            fields[0]++;
        }
    }

    private static Subject propertyListener(boolean leaking) {
        PropertyChangeSupport model = new PropertyChangeSupport("the model");
        int[] n = {0};
        return () -> {
            Form form = new Form();
            PropertyChangeListener listener = event -> form.changed();
            model.addPropertyChangeListener(listener);
            model.firePropertyChange("price", n[0], ++n[0]);
            if (!leaking) {
                model.removePropertyChangeListener(listener);
            }
        };
    }

    private static final class Ticker implements Flow.Subscriber<String> {
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription given) {
            given.request(Long.MAX_VALUE);
            subscription.complete(given);
        }

        @Override
        public void onNext(String price) {}

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onComplete() {}
    }

    private static Subject subscriber(boolean leaking) {
        SubmissionPublisher<String> prices = new SubmissionPublisher<>(Runnable::run, 16);
        return Subject.of(
                () -> {
                    Ticker ticker = new Ticker();
                    prices.subscribe(ticker);
                    prices.submit("42");
                    if (!leaking) {
                        ticker.subscription.get().cancel();
                    }
                },
                prices::close);
    }

    private record Request(byte[] body) {}

    private static Subject futureChain(boolean leaking) {
        CompletableFuture<String> shutdown = new CompletableFuture<>();
        return () -> {
            Request request = new Request(new byte[50]);
            CompletableFuture<String> cause = leaking ? shutdown : new CompletableFuture<>();
            cause.thenAccept(reason -> request.body()[0]++);
        };
    }

    private static final class Expiry implements Runnable {
        private final byte[] key = new byte[40];

        @Override
        public void run() {
            key[0]++;
        }
    }

    private static Subject cancelledTasks(boolean leaking) {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, ThreadCases.named("expiry-"));
        scheduler.setRemoveOnCancelPolicy(!leaking);
        return Subject.of(
                () -> scheduler.schedule(new Expiry(), 1, TimeUnit.HOURS).cancel(false), scheduler::shutdownNow);
    }

    private record Result(int id, byte[] body) {}

    private static Subject finishedTasks(boolean leaking) {
        ExecutorService pool = Executors.newFixedThreadPool(2, ThreadCases.named("calc-"));
        List<Future<Result>> running = new ArrayList<>();
        int[] n = {0};
        return Subject.of(
                () -> {
                    int id = n[0]++;
                    running.add(pool.submit(() -> new Result(id, new byte[20])));
                    if (!leaking) {
                        for (Future<Result> one : running) {
                            one.get();
                        }
                        running.clear();
                    }
                },
                pool::shutdownNow);
    }

    private record Job(int id) implements Runnable {
        @Override
        public void run() {}
    }

    private static Subject stuckQueue(boolean leaking) {
        ExecutorService single = Executors.newSingleThreadExecutor(ThreadCases.named("writer-"));
        CompletableFuture<String> disk = new CompletableFuture<>();
        if (leaking) {
            single.execute(disk::join);
        }
        int[] n = {0};
        return Subject.of(() -> single.execute(new Job(n[0]++)), () -> {
            disk.complete("back");
            single.shutdownNow();
        });
    }

    private static final class TryAgain extends Exception {
        private static final long serialVersionUID = 1;

        TryAgain(String message) {
            super(message);
        }
    }

    private static Subject suppressed(boolean leaking) {
        IllegalStateException[] last = {new IllegalStateException("the link is down")};
        int[] n = {0};
        return () -> {
            if (!leaking) {
                last[0] = new IllegalStateException("the link is down");
            }
            last[0].addSuppressed(new TryAgain("attempt " + n[0]++));
        };
    }

    /** Defines classes from this module's own class files, so that each loader has its own. */
    private static final class PluginLoader extends ClassLoader {
        PluginLoader() {
            super(PlatformCases.class.getClassLoader());
        }

        Class<?> define(Class<?> like) throws IOException {
            try (var in = like.getResourceAsStream("/" + like.getName().replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new IOException("no class file of " + like);
                }
                byte[] code = in.readAllBytes();
                return defineClass(like.getName(), code, 0, code.length);
            }
        }
    }

    /** What a loader defines. */
    public static final class Plugin {
        static final List<byte[]> STATE = new ArrayList<>(List.of(new byte[100]));
    }

    private static Subject proxyLoaders(boolean leaking) {
        List<Object> proxies = new ArrayList<>();
        return () -> {
            Object proxy =
                    Proxy.newProxyInstance(new PluginLoader(), new Class<?>[] {Runnable.class}, (p, m, a) -> null);
            if (leaking || proxies.isEmpty()) {
                proxies.add(proxy);
            }
        };
    }

    private static Subject loaderThreadLocal(boolean leaking) {
        ThreadLocal<List<Object>> instances = ThreadLocal.withInitial(ArrayList::new);
        return Subject.of(
                () -> {
                    Object plugin = new PluginLoader()
                            .define(Plugin.class)
                            .getDeclaredConstructor()
                            .newInstance();
                    instances.get().add(plugin);
                    if (!leaking) {
                        instances.remove();
                    }
                },
                instances::remove);
    }

    private static Subject contextLoader(boolean leaking) {
        CompletableFuture<String> end = new CompletableFuture<>();
        int[] n = {0};
        return Subject.of(
                () -> {
                    Thread thread = new Thread(leaking ? end::join : () -> {}, "module-" + n[0]++);
                    thread.setDaemon(true);
                    thread.setContextClassLoader(new PluginLoader());
                    thread.start();
                },
                () -> end.complete("now"));
    }

    private record Frame(ByteBuffer pixels) {}

    private static Subject directBuffers(boolean leaking) {
        List<Frame> frames = new ArrayList<>();
        return () -> {
            frames.add(new Frame(ByteBuffer.allocateDirect(8_192)));
            if (!leaking && frames.size() > 4) {
                frames.clear();
            }
        };
    }

    private static Subject mappedFiles(boolean leaking) {
        List<MappedByteBuffer> kept = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        return Subject.of(
                () -> {
                    Path file = Files.createTempFile("segment", ".map");
                    try (FileChannel channel =
                            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                        MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_WRITE, 0, 4_096);
                        map.put(0, (byte) 1);
                        if (leaking) {
                            kept.add(map);
                        }
                    }
                    Files.delete(file);
                },
                files::clear);
    }

    private static final class Handle {
        private static final Cleaner CLEANER = Cleaner.create();
        private final byte[] state = new byte[60];

        Handle(boolean leaking) {
            byte[] held = state;
            CLEANER.register(this, leaking ? () -> state[0]++ : () -> held[0]++);
        }
    }

    private static Subject cleaner(boolean leaking) {
        return () -> {
            Handle handle = new Handle(leaking);
            Reference.reachabilityFence(handle);
        };
    }

    private static final class Ghost extends PhantomReference<Object> {
        Ghost(Object referent, ReferenceQueue<Object> queue) {
            super(referent, queue);
        }
    }

    private static Subject phantoms(boolean leaking) {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        List<Reference<?>> all = new ArrayList<>();
        return () -> {
            all.add(new Ghost(new Object(), queue));
            if (!leaking) {
                for (Reference<?> dead = queue.poll(); dead != null; dead = queue.poll()) {
                    all.remove(dead);
                }
            }
        };
    }

    private static Subject driver(boolean leaking) {
        List<Driver> registered = new ArrayList<>();
        return Subject.of(
                () -> {
                    Driver driver = new FakeDatabase.FakeDriver();
                    DriverManager.registerDriver(driver);
                    if (leaking) {
                        registered.add(driver);
                    } else {
                        DriverManager.deregisterDriver(driver);
                    }
                },
                () -> {
                    for (Driver driver : registered) {
                        DriverManager.deregisterDriver(driver);
                    }
                });
    }

    private static Subject connections(boolean leaking) {
        FakeDatabase database = new FakeDatabase();
        return () -> {
            FakeDatabase.Link link = database.borrow();
            link.query("select 1").close();
            if (!leaking) {
                database.giveBack(link);
            }
        };
    }

    private static Subject statements(boolean leaking) {
        FakeDatabase database = new FakeDatabase();
        FakeDatabase.Link link = database.borrow();
        return () -> {
            FakeDatabase.OpenStatement statement = link.query("select 1");
            if (!leaking) {
                statement.close();
            }
        };
    }

    private record Scratch(byte[] space) {}

    private static Subject threadLocals(boolean leaking) {
        List<ThreadLocal<Scratch>> all = new ArrayList<>();
        return Subject.of(
                () -> {
                    ThreadLocal<Scratch> scratch = new ThreadLocal<>();
                    scratch.set(new Scratch(new byte[64]));
                    if (leaking) {
                        all.add(scratch);
                    } else {
                        scratch.remove();
                    }
                },
                () -> all.forEach(ThreadLocal::remove));
    }
}
