package dev.evenkeel.cli.soak;

import dev.evenkeel.payments.PaymentRequests;
import dev.evenkeel.soak.load.Connection;
import dev.evenkeel.soak.load.HttpConnection;
import dev.evenkeel.soak.load.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Sends payment number n over one connection to the reference service. One thread. */
public final class PaymentConnection implements Connection {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final HttpConnection http;
    private final PaymentRequests requests;
    private final String host;

    private PaymentConnection(HttpConnection http, PaymentRequests requests, String host) {
        this.http = http;
        this.requests = requests;
        this.host = host;
    }

    /**
     * Connects.
     *
     * @throws IOException when the service does not accept it
     */
    public static PaymentConnection open(String host, int port, PaymentRequests requests) throws IOException {
        HttpConnection http = new HttpConnection(host, port, TIMEOUT_MILLIS);
        http.open();
        return new PaymentConnection(http, requests, host + ":" + port);
    }

    @Override
    public Outcome send(long sequence) throws IOException {
        int status = http.exchange(bytes(requests.request(sequence)));
        return switch (status) {
            case 200, 201, 202, 402 -> Outcome.SUCCESS;
            case 503 -> Outcome.SHED;
            default -> Outcome.FAILED;
        };
    }

    private byte[] bytes(PaymentRequests.Request request) {
        byte[] body = request.body();
        byte[] head = ("POST "
                        + PaymentRequests.PATH
                        + " HTTP/1.1\r\nHost: "
                        + host
                        + "\r\nContent-Type: application/json\r\n"
                        + PaymentRequests.SIGNATURE_HEADER
                        + ": "
                        + request.signature()
                        + "\r\nContent-Length: "
                        + body.length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }

    @Override
    public void close() {
        http.close();
    }
}
