package dev.evenkeel.exporter.http;

import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.WallClock;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections, gives each a thread, and watches over their time.
 *
 * <p>When all places are taken, one more connection is accepted and held, and all others wait in the system's queue, which costs this
 * process nothing. Meanwhile idle connections and slow readers give way sooner: see {@link AdminLimits#room}.
 */
final class AdminServer implements AutoCloseable {
    /** How many connections the system may hold for us before they are accepted. */
    static final int BACKLOG = 512;

    /** What the kernel may hold of an answer that its reader has not taken; also bounds its memory for slow readers. */
    private static final int SEND_BUFFER_BYTES = 256 * 1024;

    private static final Logger LOG = System.getLogger(AdminListener.class.getName());
    private static final long WATCH_NANOS = 100_000_000L;
    private static final long KEEP_THREAD_SECONDS = 30;

    private final ServerSocket listening;
    private final AdminLimits limits;
    private final NanoClock clock;
    private final WallClock wallClock;
    private final AdminTelemetry telemetry;
    private final @Nullable AdminTls tls;
    private final Pages pages;
    private final ThreadPoolExecutor threads;
    private final Thread acceptor;
    private final Thread watch;
    private final Semaphore places;
    private final Room room;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Under the lock. */
    private final Set<Connection> connections = new HashSet<>();

    /** Of the accepting thread. */
    private long acceptFailures;

    private volatile boolean waiting;
    private volatile boolean closed;

    AdminServer(
            ServerSocket listening,
            AdminLimits limits,
            NanoClock clock,
            WallClock wallClock,
            AdminTelemetry telemetry,
            @Nullable AdminTls tls,
            Pages pages) {
        this.listening = listening;
        this.limits = limits;
        this.clock = clock;
        this.wallClock = wallClock;
        this.telemetry = telemetry;
        this.tls = tls;
        this.pages = pages;
        places = new Semaphore(limits.connections(), true);
        room = new Room(limits, telemetry);
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                0,
                2 * limits.connections(), // as many as there are places, and those that are just about to end
                KEEP_THREAD_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> daemon(task, "evenkeel-admin-" + number.incrementAndGet()));
        acceptor = daemon(this::accept, "evenkeel-admin-accept");
        watch = daemon(this::watch, "evenkeel-admin-watch");
        telemetry.show(port(), this::open);
        acceptor.start();
        watch.start();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = listening.accept();
                try {
                    admit(socket);
                } catch (IOException | RejectedExecutionException | InterruptedException e) {
                    socket.close();
                }
            } catch (IOException e) {
                if (!closed) {
                    cannotAccept(e);
                    pause(); // no loop at full speed
                }
            }
        }
    }

    /** The 1st, 2nd, 4th, 8th … time is logged: it may go on for hours. */
    private void cannotAccept(IOException e) {
        acceptFailures++;
        if (Long.bitCount(acceptFailures) == 1) {
            LOG.log(
                    Level.WARNING,
                    "The admin listener on port " + port() + " cannot accept a connection (time " + acceptFailures
                            + "), so nobody sees this process's metrics. It tries again ten times a second. If descriptors ran"
                            + " out, find who leaks them or raise the limit (ulimit -n).",
                    e);
        }
    }

    private void admit(Socket socket) throws IOException, InterruptedException {
        if (!places.tryAcquire()) {
            telemetry.waited();
            waiting = true;
            try {
                places.acquire();
            } finally {
                waiting = false;
            }
        }
        boolean running = false;
        Connection connection = null;
        try {
            socket.setTcpNoDelay(true); // else a kept-alive connection may wait 40 ms for a delayed acknowledgement
            socket.setSendBufferSize(SEND_BUFFER_BYTES);
            connection = new Connection(this, socket);
            lock.lock();
            try {
                if (closed) {
                    throw new IOException("closed");
                }
                connections.add(connection);
                changed.signal();
            } finally {
                lock.unlock();
            }
            threads.execute(connection);
            running = true;
        } finally {
            if (!running) {
                if (connection != null) {
                    remove(connection);
                }
                places.release();
            }
        }
    }

    /** Called by a connection at its end, exactly once. */
    void ended(Connection connection) {
        remove(connection);
        places.release();
    }

    private void remove(Connection connection) {
        lock.lock();
        try {
            connections.remove(connection);
        } finally {
            lock.unlock();
        }
    }

    private void watch() {
        while (!closed) {
            Connection[] all;
            lock.lock();
            try {
                if (connections.isEmpty()) {
                    changed.await(); // nobody there: no wake-ups in an idle process
                } else {
                    changed.awaitNanos(WATCH_NANOS);
                }
                all = connections.toArray(new Connection[0]);
            } catch (InterruptedException e) {
                return;
            } finally {
                lock.unlock();
            }
            long now = clock.nanos();
            boolean pressed = isPressed();
            for (Connection connection : all) {
                connection.check(now, pressed);
            }
        }
    }

    private void pause() {
        lock.lock();
        try {
            long left = WATCH_NANOS;
            while (left > 0 && !closed) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Whether somebody waits for what idle and slow clients hold. */
    boolean isPressed() {
        return waiting || room.isWaitedFor();
    }

    int open() {
        lock.lock();
        try {
            return connections.size();
        } finally {
            lock.unlock();
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    AdminLimits limits() {
        return limits;
    }

    NanoClock clock() {
        return clock;
    }

    WallClock wallClock() {
        return wallClock;
    }

    AdminTelemetry telemetry() {
        return telemetry;
    }

    @Nullable
    AdminTls tls() {
        return tls;
    }

    Pages pages() {
        return pages;
    }

    Room room() {
        return room;
    }

    @Override
    public void close() {
        Connection[] all;
        lock.lock();
        try {
            closed = true;
            all = connections.toArray(new Connection[0]);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        telemetry.close();
        try {
            listening.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing the admin listener", e);
        }
        acceptor.interrupt();
        watch.interrupt();
        for (Connection connection : all) {
            connection.abort();
        }
        threads.shutdownNow();
        try {
            threads.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
