package dev.evenkeel.payments;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.evenkeel.leak.LeakDetector;
import dev.evenkeel.leak.LeakOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What the service holds after it has done its work: nothing more than before. */
class PaymentsLeakIT {
    private static final int RUN = 7_001;

    /**
     * The whole way of a payment: HTTP in, signature, rules, clearing upstream, two ledger entries in PostgreSQL.
     *
     * <p>Threads and descriptors only. On a busy machine the heap grows for minutes, up to a bound: each latency that a
     * worker has not met before widens that worker's window of buckets. The soak watches the heap for long enough.
     */
    @Test
    void aPaymentLeavesNothingBehind() throws Exception {
        try (TestProcess parts = TestProcess.start(PartsMain.class)) {
            Map<String, String> urls = parts.ready();
            PaymentService.Settings settings = new PaymentService.Settings(
                    urls.get("jdbc-url"), urls.get("clearing-url"), "127.0.0.1", 0, 0, 10, "none", 0);
            try (PaymentService service = new PaymentService(settings)) {
                URI payments = URI.create("http://127.0.0.1:" + service.port() + PaymentRequests.PATH);
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build();
                AtomicLong sequence = new AtomicLong();
                PaymentRequests requests = PaymentRequests.of(RUN);

                LeakDetector.assertNoLeak(LeakOptions.defaults().withHeap(false), () -> {
                    PaymentRequests.Request request = requests.request(sequence.getAndIncrement());
                    HttpRequest post = HttpRequest.newBuilder(payments)
                            .timeout(Duration.ofSeconds(30))
                            .header(PaymentRequests.SIGNATURE_HEADER, request.signature())
                            .POST(BodyPublishers.ofByteArray(request.body()))
                            .build();
                    assertEquals(
                            201, client.send(post, BodyHandlers.discarding()).statusCode());
                });
            }
        }
    }

    @Test
    void openingAndClosingTheClearingUpstreamLeavesNothingBehind() {
        LeakDetector.assertNoLeak(() -> {
            try (ClearingUpstream upstream = new ClearingUpstream(0, 1)) {
                assertEquals("127.0.0.1", URI.create(upstream.url()).getHost());
            }
        });
    }
}
