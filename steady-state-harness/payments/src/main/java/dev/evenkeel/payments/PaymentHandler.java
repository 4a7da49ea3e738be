package dev.evenkeel.payments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.evenkeel.guard.Admission;
import dev.evenkeel.guard.BoundedPool;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One request from its body to its answer.
 *
 * <p>What costs microseconds (size, signature, shape, rules) is decided on the thread that read the request; what waits for
 * others (clearing, database) runs on the bounded pool, and is shed with 503 and {@code Retry-After} when there is no room
 * or the caller has waited too long already. Every answer is counted once, by route and status.
 */
final class PaymentHandler implements HttpHandler {
    /** A payment has about 150 bytes. What is much longer is a mistake or worse. */
    static final int BODY_LIMIT = 4_096;

    // Work that waited this long is likelier to be retried than awaited by its caller: do not add it to a full house.
    private static final long STALE_NANOS = 500_000_000L;
    private static final String RETRY_AFTER_SECONDS = "1";
    private static final long LOG_INTERVAL_NANOS = 10_000_000_000L;
    private static final String ROUTE = PaymentRequests.PATH;
    private static final String NO_ROUTE = "none";
    private static final List<String> STATUSES =
            List.of("200", "201", "400", "401", "402", "405", "409", "413", "500", "503");
    private static final List<String> REJECTIONS =
            List.of("body", "conflict", "gone", "incomplete", "signature", "size");
    private static final List<String> SHEDDINGS = List.of(
            "clearing_busy", "clearing_failed", "clearing_timeout", "database", "queue_full", "stale", "stopping");
    private static final Logger LOG = System.getLogger(PaymentHandler.class.getName());

    private final Signature signature;
    private final FraudRules rules;
    private final ClearingClient clearing;
    private final Ledger ledger;
    private final BoundedPool pool;
    private final Labelled<Timer> seconds;
    private final Counter accepted;
    private final Counter replayed;
    private final Labelled<Counter> refused;
    private final Labelled<Counter> rejected;
    private final Labelled<Counter> shed;
    private final AtomicLong nextLogNanos = new AtomicLong(System.nanoTime());

    PaymentHandler(
            Signature signature,
            FraudRules rules,
            ClearingClient clearing,
            Ledger ledger,
            BoundedPool pool,
            MetricRegistry registry) {
        this.signature = signature;
        this.rules = rules;
        this.clearing = clearing;
        this.ledger = ledger;
        this.pool = pool;
        seconds = registry.timer("http.server.request.duration")
                .help("Time from the headers of a request to its answer.")
                .labels("route", "status")
                .register();
        accepted = counter(registry, "payments.accepted", "Payments cleared and booked.");
        replayed = counter(registry, "payments.replayed", "Payments that had been booked before, asked for again.");
        refused = labelled(registry, "payments.refused", "Payments refused by a rule or the clearing.", "rule");
        rejected = labelled(registry, "payments.rejected", "Requests that are no payment.", "reason");
        shed = labelled(registry, "payments.shed", "Payments sent away with 503.", "reason");
        // All series from the start: a scrape shows the zero before the first event, and no series appears in an
        // outage.
        FraudRules.ALL.forEach(refused::bind);
        refused.bind("clearing");
        REJECTIONS.forEach(rejected::bind);
        SHEDDINGS.forEach(shed::bind);
        STATUSES.forEach(status -> seconds.bind(ROUTE, status));
    }

    private static Counter counter(MetricRegistry registry, String name, String help) {
        return registry.counter(name).unit("{payment}").help(help).register();
    }

    private static Labelled<Counter> labelled(MetricRegistry registry, String name, String help, String label) {
        return registry.counter(name).unit("{payment}").help(help).labels(label).register();
    }

    @Override
    public void handle(HttpExchange exchange) {
        long startNanos = System.nanoTime();
        Answer answer;
        try {
            answer = check(exchange, startNanos);
        } catch (IOException e) {
            exchange.close(); // The caller went away in the middle of its request: there is nobody to answer.
            rejected.bind("incomplete").increment();
            return;
        } catch (RuntimeException e) {
            answer = internalError(e);
        }
        if (answer != null) {
            send(exchange, startNanos, answer);
        }
    }

    /** Returns the answer, or null where a worker will give it. */
    private @Nullable Answer check(HttpExchange exchange, long startNanos) throws IOException {
        if (!exchange.getRequestURI().getPath().equals(ROUTE)) {
            return new Answer(404, "no such path: POST " + ROUTE);
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            return new Answer(405, "POST only");
        }
        byte[] body;
        try (InputStream in = exchange.getRequestBody()) {
            body = in.readNBytes(BODY_LIMIT + 1);
            if (body.length > BODY_LIMIT) {
                exchange.getResponseHeaders().set("Connection", "close"); // Do not read the rest to reuse it.
                return reject("size", 413, "the body is longer than " + BODY_LIMIT + " bytes");
            }
        }
        if (!signature.matches(body, exchange.getRequestHeaders().getFirst(Signature.HEADER))) {
            return reject("signature", 401, Signature.HEADER + " does not fit the body");
        }
        Payment payment;
        try {
            payment = PaymentJson.parse(body);
        } catch (PaymentJson.BadPayment e) {
            return reject("body", 400, String.valueOf(e.getMessage()));
        }
        String rule = rules.refusal(payment);
        if (rule != null) {
            refused.bind(rule).increment();
            return new Answer(402, "refused by rule " + rule);
        }
        boolean taken;
        try {
            taken = pool.submit(() -> process(exchange, startNanos, payment), Admission.SHED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            taken = false;
        }
        return taken ? null : shed("queue_full");
    }

    private void process(HttpExchange exchange, long startNanos, Payment payment) {
        Answer answer;
        try {
            answer = System.nanoTime() - startNanos > STALE_NANOS ? shed("stale") : clearAndBook(payment);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer = shed("stopping");
        } catch (SQLException e) {
            logRarely("The database failed; the payment was answered with 503", e);
            answer = shed("database");
        } catch (RuntimeException e) {
            answer = internalError(e);
        }
        send(exchange, startNanos, answer);
    }

    private Answer clearAndBook(Payment payment) throws SQLException, InterruptedException {
        // Clearing first: if we fall over between the two, the caller asks again, the upstream knows the id, and we
        // book.
        // The other way round a booked payment might never be cleared. No connection is held while we wait.
        switch (clearing.clear(payment)) {
            case CLEARED -> {}
            case DECLINED -> {
                refused.bind("clearing").increment();
                return new Answer(402, "declined by clearing");
            }
            case BUSY -> {
                return shed("clearing_busy");
            }
            case TIMEOUT -> {
                return shed("clearing_timeout");
            }
            case FAILED -> {
                return shed("clearing_failed");
            }
        }
        return switch (ledger.book(payment)) {
            case BOOKED -> {
                accepted.increment();
                yield new Answer(201, "booked");
            }
            case REPLAYED -> {
                replayed.increment();
                yield new Answer(200, "booked before");
            }
            case CONFLICT -> reject("conflict", 409, "another payment has that id");
        };
    }

    private Answer reject(String reason, int status, String message) {
        rejected.bind(reason).increment();
        return new Answer(status, message);
    }

    private Answer shed(String reason) {
        shed.bind(reason).increment();
        return new Answer(503, "busy: " + reason);
    }

    private Answer internalError(RuntimeException e) {
        logRarely("A request failed; it was answered with 500", e);
        return new Answer(500, "internal error");
    }

    private void logRarely(String what, Exception e) {
        long now = System.nanoTime();
        long next = nextLogNanos.get();
        if (now - next >= 0 && nextLogNanos.compareAndSet(next, now + LOG_INTERVAL_NANOS)) {
            LOG.log(Level.WARNING, what + ". Logged at most every 10 s, counted in http.server.request.duration.", e);
        }
    }

    private void send(HttpExchange exchange, long startNanos, Answer answer) {
        int status = answer.status();
        byte[] body = ("{\"status\":" + status + ",\"message\":\""
                        + answer.message().replace("\"", "'") + "\"}\n")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (status == 503) {
            exchange.getResponseHeaders().set("Retry-After", RETRY_AFTER_SECONDS);
        }
        // Recorded before the answer leaves: whoever has the answer finds it counted.
        seconds.bind(status == 404 ? NO_ROUTE : ROUTE, Integer.toString(status)).recordSince(startNanos);
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            rejected.bind("gone").increment(); // The caller hung up; its payment stands, and asking again says so.
        }
    }

    /** A status and a sentence. Messages hold no control characters. */
    private record Answer(int status, String message) {}
}
