package dev.evenkeel.exporter.http;

import dev.evenkeel.exporter.http.AdminTelemetry.Cut;
import dev.evenkeel.exporter.http.AdminTelemetry.Refusal;
import dev.evenkeel.metrics.NanoClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One client, from its connection to its end, on one thread.
 *
 * <p>Reads and writes block. What bounds them is {@link #check}, called by the watch thread a few times a second: it closes the
 * socket of who takes too long for what it is doing, which ends the read or write with an exception.
 */
final class Connection implements Runnable {
    /** What it is doing, and so which limit holds. */
    private enum Phase {
        HEAD,
        IDLE,
        ANSWER,
        SEND,
        END
    }

    private static final Logger LOG = System.getLogger(AdminListener.class.getName());
    private static final int CHUNK_BYTES = 16_384;

    /** A write that takes no longer found room in the kernel's buffer. */
    private static final long AT_ONCE_NANOS = 1_000_000L;

    /** How much of what a refused client still sends is read, so that it gets to see the refusal and not a reset. */
    private static final int MOST_LEFTOVERS = 1 << 20;

    private final AdminServer server;
    private final Socket plain;
    private final NanoClock clock;

    /** Guards the fields below it, and closing. */
    private final Object lock = new Object();

    private @Nullable Thread thread;
    private Phase phase = Phase.HEAD;
    private long sinceNanos;
    private long sent;
    private boolean cut;

    /** Of the connection's own thread. */
    private byte @Nullable [] chunk;

    private @Nullable OutputStream out;

    Connection(AdminServer server, Socket plain) {
        this.server = server;
        this.plain = plain;
        this.clock = server.clock();
        this.sinceNanos = clock.nanos();
    }

    @Override
    public void run() {
        synchronized (lock) {
            thread = Thread.currentThread();
        }
        try {
            Socket socket = secured();
            try {
                serve(socket);
            } catch (BadRequestException e) {
                server.telemetry().refused(e.refusal());
                answer(e);
                drain(socket);
            } finally {
                enter(Phase.END);
                socket.close();
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "admin client went away", e);
        } finally {
            synchronized (lock) {
                thread = null;
            }
            closeNow();
            server.ended(this);
        }
    }

    private Socket secured() throws IOException {
        AdminTls tls = server.tls();
        if (tls == null) {
            return plain;
        }
        SSLSocket socket = tls.wrap(plain);
        try {
            socket.startHandshake();
        } catch (SSLException e) {
            if (!isCut()) {
                server.telemetry().refused(Refusal.TLS);
            }
            throw e;
        }
        return socket;
    }

    private void serve(Socket socket) throws IOException, BadRequestException {
        InputStream in = socket.getInputStream();
        out = socket.getOutputStream();
        HeadReader reader = new HeadReader(in, server.limits().headBytes());
        boolean more = true;
        while (more) {
            RequestHead head = reader.next(() -> enter(Phase.HEAD));
            if (head == null) {
                return;
            }
            enter(Phase.ANSWER);
            AdminResponse response = new AdminResponse(this, head);
            server.pages().serve(new AdminRequest(head), response);
            more = response.keepsConnection();
            if (!more && (reader.hasMore() || head.announcesBody())) {
                drain(socket);
            }
            enter(reader.hasMore() ? Phase.HEAD : Phase.IDLE);
        }
    }

    private void answer(BadRequestException refusal) throws IOException {
        if (out != null) {
            AdminResponse response = new AdminResponse(this, null);
            response.text(refusal.status(), refusal.getMessage() + "\n");
        }
    }

    /** Reads what is still on its way, within the time of a head: closing on unread bytes resets, and the answer would be lost. */
    private void drain(Socket socket) throws IOException {
        enter(Phase.HEAD);
        socket.shutdownOutput();
        InputStream in = socket.getInputStream();
        byte[] into = buffer();
        int left = MOST_LEFTOVERS;
        int read = 0;
        while (read >= 0 && left > 0) {
            left -= read;
            read = in.read(into);
        }
    }

    private byte[] buffer() {
        byte[] known = chunk;
        if (known == null) {
            known = new byte[CHUNK_BYTES];
            chunk = known;
        }
        return known;
    }

    /** Sends a head and a body, in pieces that each count as the reader's progress. */
    void send(byte[] head, byte[] body, int offset, int length) throws IOException {
        OutputStream to = out;
        if (to == null) {
            throw new IOException("not connected");
        }
        byte[] piece = buffer();
        enter(Phase.SEND);
        int first = Math.min(length, Math.max(0, piece.length - head.length));
        if (head.length > piece.length) {
            to.write(head);
        } else {
            System.arraycopy(head, 0, piece, 0, head.length);
            System.arraycopy(body, offset, piece, head.length, first); // one packet for what fits into one
            to.write(piece, 0, head.length + first);
        }
        progress(first, 0);
        for (int done = first; done < length; ) {
            int next = Math.min(piece.length, length - done);
            long before = clock.nanos();
            to.write(body, offset + done, next);
            done += next;
            progress(next, clock.nanos() - before);
        }
        to.flush();
        enter(Phase.ANSWER);
    }

    AdminServer server() {
        return server;
    }

    /** What the kernel took without waiting says nothing of the reader: its time begins where a write waits for it. */
    private void progress(int bytes, long waitedNanos) {
        synchronized (lock) {
            if (waitedNanos < AT_ONCE_NANOS) {
                sinceNanos = clock.nanos();
                sent = 0;
            } else {
                sent += bytes;
            }
        }
    }

    private void enter(Phase next) {
        synchronized (lock) {
            if (phase != next || next == Phase.HEAD) {
                phase = next;
                sinceNanos = clock.nanos();
                sent = 0;
            }
        }
    }

    /**
     * Closes the connection when it takes longer than its limits allow.
     *
     * @param pressed whether others wait for a place, or for room to send
     */
    void check(long now, boolean pressed) {
        AdminLimits limits = server.limits();
        synchronized (lock) {
            long nanos = now - sinceNanos;
            boolean waitedFor = pressed && nanos >= limits.room().toNanos();
            switch (phase) {
                case HEAD -> {
                    if (nanos >= limits.headTime().toNanos()) {
                        cut(Cut.SLOW_REQUEST);
                    } else if (waitedFor) {
                        cut(Cut.GAVE_WAY);
                    }
                }
                case IDLE -> {
                    if (nanos >= limits.idleTime().toNanos()) {
                        cut = true; // its time is over, nothing was lost
                        closeNow();
                    } else if (waitedFor) {
                        cut(Cut.GAVE_WAY);
                    }
                }
                case ANSWER -> {
                    if (nanos >= limits.answerTime().toNanos()) {
                        cut(Cut.SLOW_ENDPOINT);
                        Thread worker = thread;
                        if (worker != null) {
                            worker.interrupt();
                        }
                    }
                }
                case SEND, END -> {
                    if (waitedFor || nanos >= limits.readerPatience().toNanos()) {
                        if (sent < limits.readerBytesPerSecond() * (nanos / 1e9)) {
                            cut(Cut.SLOW_READER);
                        } else {
                            sinceNanos = now;
                            sent = 0;
                        }
                    }
                }
            }
        }
    }

    private boolean isCut() {
        synchronized (lock) {
            return cut;
        }
    }

    private void cut(Cut reason) {
        if (!cut) {
            cut = true;
            server.telemetry().cut(reason);
            closeNow();
        }
    }

    /** Breaks off whatever it is doing. */
    void abort() {
        synchronized (lock) {
            closeNow();
            Thread worker = thread;
            if (worker != null) {
                worker.interrupt();
            }
        }
    }

    /** Closes the socket below TLS: closing that of TLS might wait for a reader. */
    private void closeNow() {
        try {
            plain.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing an admin connection", e);
        }
    }
}
