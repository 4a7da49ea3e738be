package dev.evenkeel.payments;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LedgerTest {
    @Test
    void aMessageNeverShowsWhatAUrlHides() {
        assertEquals(
                "jdbc:postgresql://db:5432/pay",
                Ledger.withoutSecrets("jdbc:postgresql://db:5432/pay?user=a&password=secret"));
        assertEquals("jdbc:postgresql://db/pay", Ledger.withoutSecrets("jdbc:postgresql://a:secret@db/pay"));
    }
}
