package dev.evenkeel.exporter.prometheus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextPageTest {
    private final TextPage page = new TextPage();

    /** Appends, drops ends, begins anew and asks for one array, in any order: always the bytes that one long array would have. */
    @Test
    void partsHoldWhatOneArrayWould() throws IOException {
        Random random = new Random(3);
        byte[] expected = {};
        for (int i = 0; i < 3000; i++) {
            switch (random.nextInt(40)) {
                case 0 -> {
                    page.clear();
                    expected = new byte[0];
                }
                case 1, 2, 3 -> {
                    int length = expected.length == 0 ? 0 : random.nextInt(expected.length + 1);
                    page.truncate(length);
                    expected = Arrays.copyOf(expected, length);
                }
                case 4 -> assertArrayEquals(expected, Arrays.copyOf(page.bytes(), page.length()));
                default -> {
                    byte[] more = new byte[random.nextInt(random.nextInt(50) == 0 ? 300_000 : 9_000)];
                    random.nextBytes(more);
                    page.append(more);
                    expected = Arrays.copyOf(expected, expected.length + more.length);
                    System.arraycopy(more, 0, expected, expected.length - more.length, more.length);
                }
            }
            if (i % 10 == 0) {
                ByteArrayOutputStream written = new ByteArrayOutputStream();
                page.writeTo(written);
                assertArrayEquals(expected, written.toByteArray());
            }
            assertEquals(expected.length, page.length());
        }
    }

    @Test
    void onceJoinedItStaysOneArray() {
        page.append(new byte[100_000]);
        byte[] joined = page.bytes();
        page.clear();
        page.append(new byte[100_000]);

        assertSame(joined, page.bytes());
    }
}
