package dev.evenkeel.soak.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class JsonWriterTest {

    @Test
    void nestsAndSeparates() {
        String json = new JsonWriter()
                .beginObject()
                .member("a", 1L)
                .name("b")
                .beginArray()
                .value(true)
                .value("x")
                .endArray()
                .name("c")
                .beginObject()
                .endObject()
                .endObject()
                .toString();

        assertEquals("{\n  \"a\": 1,\n  \"b\": [\n    true,\n    \"x\"\n  ],\n  \"c\": {}\n}\n", json);
    }

    @Test
    void numbersHaveOneSpellingOnEveryJdk() {
        assertEquals("0", JsonWriter.number(-0.0));
        assertEquals("0.1", JsonWriter.number(0.1));
        assertEquals("0.3", JsonWriter.number(0.1 + 0.2));
        assertEquals("2E-7", JsonWriter.number(2e-7));
        assertEquals("100000", JsonWriter.number(1e5));
        assertEquals("67108864.5", JsonWriter.number(67108864.5));
        assertEquals("4.940656458E-324", JsonWriter.number(Double.MIN_VALUE));
        assertEquals("1E+300", JsonWriter.number(1e300));
        assertEquals("null", JsonWriter.number(Double.NaN));
        assertEquals("null", JsonWriter.number(Double.NEGATIVE_INFINITY));
    }

    @Test
    void textIsEscaped() {
        String json =
                new JsonWriter().value("\"\\\n\r\t\u0000\u001f<\u2028\ud800é🚢").toString();

        assertEquals("\"\\\"\\\\\\n\\r\\t\\u0000\\u001f\\u003c\\u2028\\ud800é🚢\"\n", json);
    }

    @Test
    void callsThatGiveNoJsonAreRefused() {
        assertThrows(
                IllegalStateException.class,
                () -> new JsonWriter().beginObject().value(1L));
        assertThrows(
                IllegalStateException.class, () -> new JsonWriter().beginArray().name("x"));
        assertThrows(
                IllegalStateException.class,
                () -> new JsonWriter().beginObject().name("x").name("y"));
        assertThrows(
                IllegalStateException.class,
                () -> new JsonWriter().beginObject().endArray());
        assertThrows(
                IllegalStateException.class,
                () -> new JsonWriter().beginObject().name("x").endObject());
        assertThrows(
                IllegalStateException.class, () -> new JsonWriter().value(1L).value(2L));
        assertThrows(
                IllegalStateException.class, () -> new JsonWriter().beginArray().toString());
    }
}
