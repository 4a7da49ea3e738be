package dev.evenkeel.payments;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the one JSON shape this service takes: a flat object of the five fields of {@link Payment}, strings and one whole
 * number. Strict: unknown, missing and repeated fields, escapes, nesting and anything after the object are errors.
 */
final class PaymentJson {
    private static final int TOKEN_LIMIT = 64;

    private final String text;
    private int at;

    private PaymentJson(String text) {
        this.text = text;
    }

    /**
     * Parses a body.
     *
     * @throws BadPayment saying what is wrong and where
     */
    static Payment parse(byte[] body) throws BadPayment {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try {
            return new PaymentJson(decoder.decode(ByteBuffer.wrap(body)).toString()).payment();
        } catch (CharacterCodingException e) {
            throw new BadPayment("the body is not UTF-8");
        }
    }

    private Payment payment() throws BadPayment {
        @Nullable String id = null;
        @Nullable String card = null;
        @Nullable String merchant = null;
        @Nullable String currency = null;
        long amount = 0;
        expect('{');
        do {
            String field = string();
            expect(':');
            switch (field) {
                case "id" -> id = once(field, id, token(field));
                case "card" -> card = once(field, card, token(field));
                case "merchant" -> merchant = once(field, merchant, token(field));
                case "currency" -> currency = once(field, currency, currency());
                case "amount" -> {
                    if (amount != 0) {
                        throw new BadPayment("field \"amount\" is given twice");
                    }
                    amount = amount();
                }
                default -> throw new BadPayment("field \"" + field + "\" is not known");
            }
        } while (next(','));
        expect('}');
        skipSpace();
        if (at != text.length()) {
            throw new BadPayment("something follows the object at character " + at);
        }
        if (id == null || card == null || merchant == null || currency == null || amount == 0) {
            throw new BadPayment("one of the fields id, card, merchant, currency, amount is missing");
        }
        return new Payment(id, card, merchant, amount, currency);
    }

    private static String once(String field, @Nullable String before, String now) throws BadPayment {
        if (before != null) {
            throw new BadPayment("field \"" + field + "\" is given twice");
        }
        return now;
    }

    private String token(String field) throws BadPayment {
        String value = string();
        if (value.isEmpty() || value.length() > TOKEN_LIMIT) {
            throw new BadPayment("field \"" + field + "\" must have 1 to " + TOKEN_LIMIT + " characters");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean fine = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
            if (!fine) {
                throw new BadPayment("field \"" + field + "\" may hold letters, digits, - and _ only");
            }
        }
        return value;
    }

    private String currency() throws BadPayment {
        String value = string();
        if (value.length() != 3 || !value.chars().allMatch(c -> c >= 'A' && c <= 'Z')) {
            throw new BadPayment("field \"currency\" must be three capital letters");
        }
        return value;
    }

    private long amount() throws BadPayment {
        skipSpace();
        int from = at;
        long value = 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9' && at - from < 16) {
            value = value * 10 + (text.charAt(at++) - '0');
        }
        if (value == 0 || at - from == 16 || text.charAt(from) == '0') {
            throw new BadPayment("field \"amount\" must be a whole number above zero, in the smallest unit");
        }
        return value;
    }

    private String string() throws BadPayment {
        expect('"');
        int from = at;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return text.substring(from, at - 1);
            }
            if (c == '\\' || c < ' ') {
                throw new BadPayment("strings may hold neither escapes nor control characters");
            }
        }
        throw new BadPayment("a string has no end");
    }

    private void expect(char c) throws BadPayment {
        if (!next(c)) {
            throw new BadPayment("expected " + c + " at character " + at);
        }
    }

    private boolean next(char c) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /** A body that is no payment; the message says why, in words for the caller. */
    static final class BadPayment extends Exception {
        private static final long serialVersionUID = 1L;

        BadPayment(String message) {
            super(message, null, false, false); // Callers cause these at will: no stack trace is walked for them.
        }
    }
}
