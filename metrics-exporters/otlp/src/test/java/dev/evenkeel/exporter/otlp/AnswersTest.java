package dev.evenkeel.exporter.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.otlp.Answer.Outcome;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.http.HttpConnectTimeoutException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What receivers answer, and what we make of it. */
class AnswersTest {
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @CsvSource({
        "429,false,BUSY",
        "503,true,BUSY",
        "503,false,UNKNOWN",
        "502,true,UNKNOWN",
        "504,false,UNKNOWN",
        "401,false,DENIED",
        "403,false,DENIED",
        "404,false,DENIED",
        "301,false,DENIED",
        "413,false,TOO_LARGE",
        "400,false,REJECTED",
        "500,false,REJECTED",
        "422,true,REJECTED"
    })
    void aStatusMeansOneThingForTheData(int status, boolean retryAfter, Outcome outcome) {
        assertEquals(outcome, HttpTransport.outcome(status, retryAfter));
    }

    @Test
    void retryAfterIsSecondsOrADate() {
        long now = 1_445_412_480_000L; // Wed, 21 Oct 2015 07:28:00 GMT

        assertEquals(120 * SECOND, HttpTransport.retryAfterNanos("120", now));
        assertEquals(0, HttpTransport.retryAfterNanos("-3", now));
        assertEquals(30 * SECOND, HttpTransport.retryAfterNanos(" Wed, 21 Oct 2015 07:28:30 GMT", now));
        assertEquals(0, HttpTransport.retryAfterNanos("Wed, 21 Oct 2015 07:27:00 GMT", now));
        assertEquals(0, HttpTransport.retryAfterNanos("soon", now));
        assertEquals(0, HttpTransport.retryAfterNanos(null, now));
        assertEquals(Long.MAX_VALUE, HttpTransport.retryAfterNanos("99999999999999", now));
    }

    @Test
    void onlyAFailureToConnectIsKnownNotToHaveSent() {
        assertTrue(HttpTransport.neverSent(new ConnectException("refused")));
        assertTrue(HttpTransport.neverSent(new HttpConnectTimeoutException("connect")));
        assertFalse(HttpTransport.neverSent(new SocketTimeoutException("read")));
        assertFalse(HttpTransport.neverSent(new IOException("reset")));
    }

    @Test
    void partialSuccessIsReadAsTheProtocolWritesIt() {
        byte[] bytes = ExportMetricsServiceResponse.newBuilder()
                .setPartialSuccess(ExportMetricsPartialSuccess.newBuilder()
                        .setRejectedDataPoints(1L << 40)
                        .setErrorMessage("t\u00f6o old"))
                .build()
                .toByteArray();

        assertEquals(new PartialSuccess(1L << 40, "t\u00f6o old"), PartialSuccess.of(bytes));
        assertEquals(PartialSuccess.NONE, PartialSuccess.of(new byte[0]));
        assertEquals(
                PartialSuccess.NONE, PartialSuccess.of("<html>".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void bytesThatAreNoAnswerDoNoHarm() {
        byte[] bytes = ExportMetricsServiceResponse.newBuilder()
                .setPartialSuccess(ExportMetricsPartialSuccess.newBuilder()
                        .setRejectedDataPoints(5)
                        .setErrorMessage("x".repeat(300)))
                .build()
                .toByteArray();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            for (int n = random.nextInt(4); n > 0 && broken.length > 0; n--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            }

            assertTrue(PartialSuccess.of(broken).rejectedPoints() >= 0);
        }
    }
}
