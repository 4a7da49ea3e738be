package dev.evenkeel.payments;

/**
 * One payment as asked for.
 *
 * @param id the caller's own key, 1 to 64 letters, digits, {@code -} and {@code _}; the same id is booked once
 * @param card token of the card, same alphabet; never the card number
 * @param merchant who is paid, same alphabet
 * @param amountMinor amount in the smallest unit of the currency, above zero
 * @param currency three capital letters
 */
record Payment(String id, String card, String merchant, long amountMinor, String currency) {}
