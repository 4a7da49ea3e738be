package dev.evenkeel.exporter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JsonTextTest {
    @Test
    void commasStandBetweenMembersAndNowhereElse() {
        JsonText json = new JsonText()
                .open()
                .name("a")
                .openArray()
                .value(1)
                .value("x:")
                .value(true)
                .closeArray();
        json.name("b")
                .open()
                .close()
                .name("c")
                .openArray()
                .open()
                .close()
                .open()
                .close()
                .closeArray()
                .close();

        assertEquals("{\"a\":[1,\"x:\",true],\"b\":{},\"c\":[{},{}]}", json.toString());
    }

    @Test
    void whatJsonCannotSayIsNullAndWhatItMustEscapeIsEscaped() {
        JsonText json = new JsonText().openArray();
        json.value(Double.NaN)
                .value(Double.NEGATIVE_INFINITY)
                .value(0.1)
                .value(1e300)
                .value(5.0);
        json.value("q\" b\\ n\n t\t \u0001 \uD83D\uDE00 \uD83D").closeArray();

        assertEquals(
                "[null,null,0.1,1.0E300,5,\"q\\\" b\\\\ n\\u000a t\\u0009 \\u0001 \uD83D\uDE00 \uFFFD\"]",
                json.toString());
    }
}
