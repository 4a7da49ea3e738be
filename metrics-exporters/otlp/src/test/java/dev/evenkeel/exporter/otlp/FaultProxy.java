package dev.evenkeel.exporter.otlp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between an exporter and a receiver, and does to their connections what networks do. */
final class FaultProxy implements AutoCloseable {
    enum Fault {
        NONE,
        /** Nobody listens. */
        DOWN,
        /** Connections are reset when their first byte arrives. */
        RESET,
        /** What is sent arrives; the connection is reset before the answer does. */
        ANSWER_LOST,
        /** Connections are accepted, read, and never answered. */
        BLACK_HOLE,
        /** The answer comes a byte at a time, one in 100 ms. */
        DRIP
    }

    private final InetSocketAddress receiver;
    private final InetSocketAddress address;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Fault fault = Fault.NONE;
    private volatile ServerSocket listening;

    FaultProxy(int receiverPort) throws IOException {
        receiver = new InetSocketAddress(InetAddress.getLoopbackAddress(), receiverPort);
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        address = (InetSocketAddress) listening.getLocalSocketAddress();
        serve(listening);
    }

    int port() {
        return address.getPort();
    }

    /** Closes the connections there are; the next ones meet the fault. */
    void fault(Fault next) throws IOException {
        fault = next;
        ServerSocket socket = listening;
        if (next == Fault.DOWN) {
            socket.close();
        } else if (socket.isClosed()) {
            ServerSocket again = new ServerSocket();
            again.setReuseAddress(true);
            again.bind(address, 50);
            listening = again;
            serve(again);
        }
        open.forEach(FaultProxy::reset);
    }

    /** Lets the next connections through; those there are stay as they are. */
    void heal() {
        fault = Fault.NONE;
    }

    private void serve(ServerSocket socket) {
        daemon(() -> {
            while (true) {
                Socket client = socket.accept();
                open.add(client);
                Fault met = fault;
                daemon(() -> connect(client, met));
            }
        });
    }

    private void connect(Socket client, Fault met) throws IOException {
        if (met == Fault.RESET) {
            client.getInputStream().read();
            reset(client);
            return;
        }
        if (met == Fault.BLACK_HOLE) {
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
            return;
        }
        Socket server = new Socket();
        server.connect(receiver);
        open.add(server);
        daemon(() -> {
            try (client;
                    server) {
                client.getInputStream().transferTo(server.getOutputStream());
            }
        });
        try (client;
                server) {
            answer(server.getInputStream(), client, met);
        }
    }

    private static void answer(InputStream from, Socket client, Fault met) throws IOException {
        byte[] buffer = new byte[8192];
        OutputStream to = client.getOutputStream();
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            if (met == Fault.ANSWER_LOST && answered(buffer, n)) {
                reset(client);
                return;
            }
            if (met == Fault.DRIP) {
                for (int i = 0; i < n; i++) {
                    to.write(buffer[i]);
                    pause100();
                }
            } else {
                to.write(buffer, 0, n);
            }
        }
    }

    /** Whether these bytes hold an answer: not the settings and acknowledgements that HTTP/2 begins with. */
    private static boolean answered(byte[] buffer, int n) {
        if (n > 4 && buffer[0] == 'H') {
            return true;
        }
        for (int at = 0; at + 9 <= n; ) { // frames: length, type, flags, stream
            int length = (buffer[at] & 0xff) << 16 | (buffer[at + 1] & 0xff) << 8 | (buffer[at + 2] & 0xff);
            if (buffer[at + 3] == 1) {
                return true; // headers
            }
            at += 9 + length;
        }
        return false;
    }

    private static void pause100() {
        try {
            Thread.sleep(100); // the fault itself
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // Closed already.
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // A connection ended: what the proxy is for.
                    }
                },
                "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        open.forEach(FaultProxy::reset);
    }
}
