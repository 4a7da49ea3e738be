package dev.evenkeel.payments.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ControlPipeTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private ControlPipe pipe(String input) {
        return new ControlPipe(new ByteArrayInputStream(input.getBytes(UTF_8)), new PrintStream(said, false, UTF_8));
    }

    private String said() {
        return said.toString(UTF_8);
    }

    @Test
    void commandsRunInOrderUntilStop() {
        List<String> ran = new ArrayList<>();

        pipe("slow 300\n\nslow\t5\r\nstop\nslow 7\n").serve(Map.of("slow", (words, out) -> {
            ran.add(words[1]);
            out.say("@ok");
        }));

        assertEquals(List.of("300", "5"), ran);
        assertEquals("@ok\n@ok\n", said());
    }

    @Test
    void endOfInputStops() {
        pipe("").serve(Map.of());

        assertEquals("", said());
    }

    @Test
    void brokenInputStops() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }
        };

        new ControlPipe(broken, new PrintStream(said, false, UTF_8)).serve(Map.of());

        assertEquals("", said());
    }

    @Test
    void unknownAndFailingCommandsAreAnsweredAndDoNotStop() {
        pipe("evidnce\nbad\nok\n")
                .serve(Map.of(
                        "bad",
                        (words, out) -> {
                            throw new IllegalArgumentException("no number");
                        },
                        "ok",
                        (words, out) -> out.say("@ok")));

        assertEquals(
                "@error\texit=0\tmessage=Unknown command \"evidnce\": this process knows bad, ok and stop.\n"
                        + "@error\texit=0\tmessage=Command \"bad\" failed: no number\n@ok\n",
                said());
    }

    @Test
    void fieldsCannotBreakTheLine() {
        pipe("").say(new StartFailure(5, "two\nlines\tand a tab"));

        assertEquals("@error\texit=5\tmessage=two lines and a tab\n", said());
    }

    @Test
    void threadsAreCountedByNameWithoutDigits() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Thread[] threads = new Thread[3];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(
                    () -> {
                        while (ended.getCount() > 0) {
                            LockSupport.park();
                        }
                    },
                    "evidence-test-" + (i + 9));
            threads[i].start();
        }

        Map<String, String> at = new HashMap<>();
        Map<String, Integer> counts = Evidence.threads(at);
        ended.countDown();
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
            thread.join();
        }

        assertEquals(3, counts.get("evidence-test-*"));
        assertTrue(
                at.get("evidence-test-*").matches(".*ControlPipeTest\\.lambda.*\\(ControlPipeTest\\.java:\\d+\\)"),
                () -> "at " + at.get("evidence-test-*"));
        assertTrue(Evidence.threads(new HashMap<>()).getOrDefault("evidence-test-*", 0) == 0);
    }
}
