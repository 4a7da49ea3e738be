package dev.evenkeel.payments;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaymentJsonTest {
    private static final String REST = "'card':'c','merchant':'m','amount':1,'currency':'EUR'}";

    private static Payment parse(String singleQuoted) throws PaymentJson.BadPayment {
        return PaymentJson.parse(singleQuoted.replace('\'', '"').getBytes(UTF_8));
    }

    @Test
    void readsAllFieldsInAnyOrderWithAnySpace() throws PaymentJson.BadPayment {
        Payment payment = parse(
                " {\t'currency' : 'EUR' ,\n'amount':999999999999999,'merchant':'m-1','card':'c_2','id':'P3'} \r\n");

        assertEquals(new Payment("P3", "c_2", "m-1", 999_999_999_999_999L, "EUR"), payment);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{'id':'p'," + "| expected \" at character 10",
                "{'id':'p','card':'c','merchant':'m','amount':1}| one of the fields id, card, merchant, currency, amount is missing",
                "{'id':'p','id':'q'," + REST + "| field \"id\" is given twice",
                "{'id':'p','amount':2," + REST + "| field \"amount\" is given twice",
                "{'id':'p','note':'x'," + REST + "| field \"note\" is not known",
                "{'id':''," + REST + "| field \"id\" must have 1 to 64 characters",
                "{'id':'a b'," + REST + "| field \"id\" may hold letters, digits, - and _ only",
                "{'id':'a\\u0041'," + REST + "| strings may hold neither escapes nor control characters",
                "{'id':'p'," + REST + "x| something follows the object at character 64",
                "{'id':'p','amount':0}| field \"amount\" must be a whole number above zero, in the smallest unit",
                "{'id':'p','amount':-1}| field \"amount\" must be a whole number above zero, in the smallest unit",
                "{'id':'p','amount':01}| field \"amount\" must be a whole number above zero, in the smallest unit",
                "{'id':'p','amount':1234567890123456}| field \"amount\" must be a whole number above zero, in the smallest unit",
                "{'id':'p','amount':1.5}| expected } at character 20",
                "{'id':'p','currency':'eur'}| field \"currency\" must be three capital letters",
                "['id']| expected { at character 0",
                "{'id':'p| a string has no end",
            })
    void saysWhatIsWrong(String body, String message) {
        PaymentJson.BadPayment e = assertThrows(PaymentJson.BadPayment.class, () -> parse(body));

        assertEquals(message, e.getMessage());
    }

    @Test
    void longestTokenIsSixtyFour() throws PaymentJson.BadPayment {
        assertEquals(64, parse("{'id':'" + "x".repeat(64) + "'," + REST).id().length());
        assertThrows(PaymentJson.BadPayment.class, () -> parse("{'id':'" + "x".repeat(65) + "'," + REST));
    }

    @Test
    void emptyAndBinaryBodiesAreErrors() {
        assertThrows(PaymentJson.BadPayment.class, () -> PaymentJson.parse(new byte[0]));
        assertThrows(PaymentJson.BadPayment.class, () -> PaymentJson.parse(new byte[] {(byte) 0xC3, (byte) 0x28}));
    }

    /** Every request of the load generator is one that the service reads back field by field. */
    @Test
    void readsWhatTheRequestMakerWrites() throws PaymentJson.BadPayment {
        PaymentRequests.Request request = PaymentRequests.of(7).request(42);

        Payment payment = PaymentJson.parse(request.body());

        assertEquals(request.id(), payment.id());
        assertEquals("p-7-42", payment.id());
        assertEquals("EUR", payment.currency());
    }
}
