package dev.evenkeel.payments;

import java.nio.charset.StandardCharsets;

/**
 * Makes signed requests for the service, the same ones for the same seeds: {@code POST} {@link #PATH} with
 * {@link Request#body()} and the header {@link #SIGNATURE_HEADER}.
 *
 * <p>Immutable and safe from any thread. All requests are ones that the service accepts with status 201; asked a second
 * time with the same sequence number, it answers 200, because the payment's id is its idempotency key. Give each run a
 * number of its own when runs share a database.
 */
public final class PaymentRequests {
    /** Where payments are posted. */
    public static final String PATH = "/payments";

    /** The header that carries the signature. */
    public static final String SIGNATURE_HEADER = Signature.HEADER;

    /** Enough cards that none is refused for its velocity up to 2 000 requests a second. */
    static final int CARDS = 20_000;

    private static final int MERCHANTS = 100;

    private final Signature signature;
    private final long run;

    private PaymentRequests(Signature signature, long run) {
        this.signature = signature;
        this.run = run;
    }

    /** Requests of one run, signed with the key of the environment variable {@code EVENKEEL_PAYMENTS_KEY}, or the
     * development key where it is not set, just as the service checks them. */
    public static PaymentRequests of(long run) {
        return new PaymentRequests(Signature.fromEnvironment(), run);
    }

    /** The request of a sequence number. About 130 bytes of body; costs one HMAC. */
    public Request request(long sequence) {
        long random = mix(mix(run) + sequence * 0x9e3779b97f4a7c15L);
        return request(sequence, 100 + Math.floorMod(random >>> 40, 200_000L), Math.floorMod(random, CARDS));
    }

    Request request(long sequence, long amountMinor, long card) {
        String id = "p-" + Long.toHexString(run) + "-" + sequence;
        String body = "{\"id\":\"" + id + "\",\"card\":\"card-" + card + "\",\"merchant\":\"merchant-"
                + Math.floorMod(mix(card), MERCHANTS) + "\",\"amount\":" + amountMinor + ",\"currency\":\"EUR\"}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new Request(id, bytes, signature.sign(bytes));
    }

    private static long mix(long x) {
        x = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
        x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
        return x ^ x >>> 31;
    }

    /** One request, ready to send. */
    public static final class Request {
        private final String id;
        private final byte[] body;
        private final String signature;

        private Request(String id, byte[] body, String signature) {
            this.id = id;
            this.body = body;
            this.signature = signature;
        }

        /** The payment's id. */
        public String id() {
            return id;
        }

        /** The body; not a copy, so do not write to it. */
        public byte[] body() {
            return body;
        }

        /** The value of {@link PaymentRequests#SIGNATURE_HEADER}. */
        public String signature() {
            return signature;
        }
    }
}
