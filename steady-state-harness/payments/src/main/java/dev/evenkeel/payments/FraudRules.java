package dev.evenkeel.payments;

import dev.evenkeel.metrics.NanoClock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules that refuse a payment before anything is spent on it. Safe from any thread. */
final class FraudRules {
    /** Rule of {@link #AMOUNT_LIMIT_MINOR}. */
    static final String AMOUNT = "amount";

    /** Rule of {@link #PER_CARD_AND_MINUTE}. */
    static final String VELOCITY = "velocity";

    /** Rule of the currencies this service clears in. */
    static final String CURRENCY = "currency";

    /** All rules, the values of the label {@code rule}. */
    static final List<String> ALL = List.of(AMOUNT, VELOCITY, CURRENCY);

    /** 5 000.00: above it, cards want a second factor, which this service does not have. */
    static final long AMOUNT_LIMIT_MINOR = 500_000;

    /** More than this in one minute is a machine, not a customer. */
    static final int PER_CARD_AND_MINUTE = 30;

    private static final long NANOS_PER_MINUTE = 60_000_000_000L;

    private final NanoClock clock;
    private final long startNanos;
    private final CardVelocity velocity = new CardVelocity();

    FraudRules(NanoClock clock) {
        this.clock = clock;
        this.startNanos = clock.nanos();
    }

    /** Returns the rule that refuses the payment, or null. Counts the card, refused or not. */
    @Nullable
    String refusal(Payment payment) {
        long minute = (clock.nanos() - startNanos) / NANOS_PER_MINUTE;
        int seen = velocity.count(payment.card(), minute);
        if (!payment.currency().equals("EUR")) {
            return CURRENCY;
        }
        if (payment.amountMinor() > AMOUNT_LIMIT_MINOR) {
            return AMOUNT;
        }
        return seen > PER_CARD_AND_MINUTE ? VELOCITY : null;
    }
}
