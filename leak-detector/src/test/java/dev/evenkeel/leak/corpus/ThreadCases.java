package dev.evenkeel.leak.corpus;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Threads, executors, timers, and what brings threads along. */
final class ThreadCases {

    private ThreadCases() {}

    static void add(Corpus.Builder corpus) {
        corpus.twin("thread per call", ThreadCases::threadPerCall, "order-poller-*");
        corpus.twin("executor per call", ThreadCases::executorPerCall, "pricing-*");
        corpus.twin("executor per call, nobody named its threads", ThreadCases::unnamedExecutor, "pool-*-thread-*");
        corpus.twin("timer per call", ThreadCases::timerPerCall, "reminder-*");
        corpus.twin("scheduler per call", ThreadCases::schedulerPerCall, "heartbeat-*");
        corpus.twin("fork-join pool per call", ThreadCases::forkJoinPerCall, "ForkJoinPool-*");
        corpus.twin("tasks that wait for ever in a cached pool", ThreadCases::stuckTasks, "intake-*");
        corpus.twin("thread on every seventh call", ThreadCases::retryThread, "retry-*");
        corpus.twin("thread blocked in a queue of its own", ThreadCases::actor, "mailbox-*");
        corpus.twin("thread that waits for a phaser", ThreadCases::phaser, "stage-*");
        corpus.twin(
                "HTTP client per call", ThreadCases::httpClientPerCall, "HttpClient-*-SelectorManager", "HttpClient");
        corpus.twin("watch service per call", ThreadCases::watchService, "inotify", "Watch");
        corpus.twin(21, "virtual threads parked for ever", ThreadCases::virtualThreads, "VirtualThread", "virtual");
        corpus.twin(
                21,
                "executor of virtual threads with a stuck task",
                ThreadCases::virtualExecutor,
                "irtual",
                "ThreadPerTaskExecutor");
    }

    static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    static void await(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Subject threadPerCall(boolean leaking) {
        CountDownLatch end = new CountDownLatch(1);
        ThreadFactory pollers = named("order-poller-");
        return Subject.of(
                () -> {
                    Thread thread = pollers.newThread(() -> await(end));
                    thread.start();
                    if (!leaking) {
                        thread.interrupt();
                        thread.join();
                    }
                },
                end::countDown);
    }

    private static Subject executorPerCall(boolean leaking) {
        List<ExecutorService> all = new ArrayList<>();
        ThreadFactory workers = named("pricing-");
        return Subject.of(
                () -> {
                    ExecutorService executor = Executors.newFixedThreadPool(2, workers);
                    executor.submit(() -> 42).get();
                    if (leaking) {
                        all.add(executor);
                    } else {
                        executor.shutdown(); // its threads end a moment later, which the linger must cover
                    }
                },
                () -> all.forEach(ExecutorService::shutdownNow));
    }

    private static Subject unnamedExecutor(boolean leaking) {
        List<ExecutorService> all = new ArrayList<>();
        return Subject.of(
                () -> {
                    ExecutorService executor = Executors.newCachedThreadPool();
                    all.add(executor);
                    executor.submit(() -> "done").get();
                    if (!leaking) {
                        executor.shutdown();
                        executor.awaitTermination(5, TimeUnit.SECONDS);
                        all.clear();
                    }
                },
                () -> all.forEach(ExecutorService::shutdownNow));
    }

    private static Subject timerPerCall(boolean leaking) {
        List<Timer> all = new ArrayList<>();
        AtomicInteger number = new AtomicInteger();
        return Subject.of(
                () -> {
                    Timer timer = new Timer("reminder-" + number.incrementAndGet(), true);
                    timer.schedule(
                            new TimerTask() {
                                @Override
                                public void run() {
                                    number.get();
                                }
                            },
                            3_600_000);
                    if (leaking) {
                        all.add(timer);
                    } else {
                        timer.cancel();
                    }
                },
                () -> all.forEach(Timer::cancel));
    }

    private static Subject schedulerPerCall(boolean leaking) {
        List<ScheduledExecutorService> all = new ArrayList<>();
        ThreadFactory threads = named("heartbeat-");
        return Subject.of(
                () -> {
                    ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1, threads);
                    scheduler.scheduleAtFixedRate(() -> {}, 1, 60_000, TimeUnit.MILLISECONDS);
                    if (leaking) {
                        all.add(scheduler);
                    } else {
                        scheduler.shutdownNow();
                    }
                },
                () -> all.forEach(ExecutorService::shutdownNow));
    }

    private static Subject forkJoinPerCall(boolean leaking) {
        List<ForkJoinPool> all = new ArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        return Subject.of(
                () -> {
                    ForkJoinPool pool = new ForkJoinPool(1);
                    pool.submit(() -> 1).get();
                    if (leaking) {
                        pool.execute(() -> await(end)); // an idle worker would end by itself
                        all.add(pool);
                    } else {
                        pool.shutdown();
                    }
                },
                () -> {
                    end.countDown();
                    all.forEach(ForkJoinPool::shutdownNow);
                });
    }

    private static Subject stuckTasks(boolean leaking) {
        ExecutorService pool = Executors.newCachedThreadPool(named("intake-"));
        return Subject.of(
                () -> {
                    CompletableFuture<String> answer = new CompletableFuture<>();
                    pool.submit(() -> answer.get());
                    if (!leaking) {
                        answer.complete("here");
                    }
                },
                pool::shutdownNow);
    }

    private static Subject retryThread(boolean leaking) {
        CountDownLatch end = new CountDownLatch(1);
        ThreadFactory threads = named("retry-");
        int[] n = {0};
        return Subject.of(
                () -> {
                    if (++n[0] % 7 == 0) {
                        Thread thread = threads.newThread(() -> await(end));
                        thread.start();
                        if (!leaking) {
                            thread.interrupt();
                        }
                    }
                },
                end::countDown);
    }

    private static Subject actor(boolean leaking) {
        ThreadFactory threads = named("mailbox-");
        List<Thread> all = new ArrayList<>();
        return Subject.of(
                () -> {
                    BlockingQueue<String> mail = new LinkedBlockingQueue<>();
                    Thread thread = threads.newThread(() -> {
                        try {
                            while (!mail.take().equals("stop")) {
                                Thread.onSpinWait();
                            }
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
                    thread.start();
                    mail.add("hello");
                    if (leaking) {
                        all.add(thread);
                    } else {
                        mail.add("stop");
                    }
                },
                () -> all.forEach(Thread::interrupt));
    }

    private static Subject phaser(boolean leaking) {
        ThreadFactory threads = named("stage-");
        List<Phaser> all = new ArrayList<>();
        return Subject.of(
                () -> {
                    Phaser phaser = new Phaser(2);
                    threads.newThread(phaser::arriveAndAwaitAdvance).start();
                    if (leaking) {
                        all.add(phaser); // the second party never arrives
                    } else {
                        phaser.arriveAndAwaitAdvance();
                    }
                },
                () -> all.forEach(Phaser::forceTermination));
    }

    private static Subject httpClientPerCall(boolean leaking) {
        List<HttpClient> all = new ArrayList<>();
        return Subject.of(
                () -> {
                    if (leaking || all.isEmpty()) {
                        all.add(HttpClient.newHttpClient());
                    }
                },
                all::clear);
    }

    private static Subject watchService(boolean leaking) throws Exception {
        Path directory = Files.createTempDirectory("inbox");
        List<WatchService> all = new ArrayList<>();
        return Subject.of(
                () -> {
                    WatchService watch = leaking ? FileSystems.getDefault().newWatchService() : newWatchService();
                    directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
                    if (leaking) {
                        all.add(watch);
                    } else {
                        watch.close();
                    }
                },
                () -> {
                    for (WatchService watch : all) {
                        watch.close();
                    }
                    Files.delete(directory);
                });
    }

    /** Waits for an instance: the kernel counts them by user, and the leak next door may have them all until it ends. */
    private static WatchService newWatchService() throws IOException {
        for (int tries = 0; ; tries++) {
            try {
                return FileSystems.getDefault().newWatchService();
            } catch (IOException limit) {
                if (tries == 600) {
                    throw limit;
                }
                LockSupport.parkNanos(100_000_000);
            }
        }
    }

    private static Subject virtualThreads(boolean leaking) {
        boolean[] end = {false};
        return Subject.of(
                () -> {
                    Thread thread = Later.startVirtualThread(() -> {
                        while (!end[0] && !Thread.currentThread().isInterrupted()) {
                            LockSupport.park();
                        }
                    });
                    if (!leaking) {
                        thread.interrupt();
                        thread.join();
                    }
                },
                () -> end[0] = true);
    }

    private static Subject virtualExecutor(boolean leaking) {
        List<ExecutorService> all = new ArrayList<>();
        return Subject.of(
                () -> {
                    ExecutorService executor = Later.newVirtualThreadPerTaskExecutor();
                    CompletableFuture<String> answer = new CompletableFuture<>();
                    executor.submit(() -> answer.get());
                    if (leaking) {
                        all.add(executor);
                    } else {
                        answer.complete("here");
                        executor.shutdown();
                    }
                },
                () -> all.forEach(ExecutorService::shutdownNow));
    }

    /** What JDK 17, for which this is compiled, has not. */
    static final class Later {
        private Later() {}

        static Thread startVirtualThread(Runnable task) {
            return (Thread) call(Thread.class, "startVirtualThread", Runnable.class, task);
        }

        static ExecutorService newVirtualThreadPerTaskExecutor() {
            return (ExecutorService) call(Executors.class, "newVirtualThreadPerTaskExecutor", null, null);
        }

        private static Object call(
                Class<?> type, String method, @Nullable Class<?> parameter, @Nullable Object argument) {
            try {
                return parameter == null
                        ? type.getMethod(method).invoke(null)
                        : type.getMethod(method, parameter).invoke(null, argument);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("This JDK has no " + method + ".", e);
            }
        }
    }
}
