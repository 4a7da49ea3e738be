package dev.evenkeel.exporter.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Series;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KnownSeriesListTest {
    private final MetricRegistry registry = MetricRegistry.create();
    private final KnownSeriesList<TextBuffer, String> list = new KnownSeriesList<>(TextBuffer::ofHeads);
    private final List<Series> series = new ArrayList<>();
    private int made;

    KnownSeriesListTest() {
        Labelled<?> labelled = registry.counter("c").labels("k").register();
        for (int i = 0; i < 6; i++) {
            series.add((Series) labelled.bind("v" + i));
        }
    }

    @AfterEach
    void close() {
        registry.close();
    }

    /** Walks some series as a collect does; returns how many of them were not known. */
    private int collect(int... which) {
        made = 0;
        list.begin();
        for (int i : which) {
            int place = list.next(series.get(i));
            if (place < 0) {
                list.heads().append(head(i).getBytes(UTF_8));
                place = list.add(series.get(i));
                if (i % 2 == 0) {
                    list.keep(place, "kept " + i);
                }
                made++;
            }
            int length = list.end(place) - list.from(place);
            assertEquals(head(i), new String(list.heads().bytes(), list.from(place), length, UTF_8));
            assertEquals(i % 2 == 0 ? "kept " + i : null, list.kept(place));
        }
        list.end();
        assertEquals(which.length, list.size());
        return made;
    }

    /** Of another length each, one of none. */
    private static String head(int i) {
        return "head ".repeat(i);
    }

    @Test
    void knownSeriesInTheSameOrderAreFound() {
        assertEquals(3, collect(0, 1, 2));
        assertEquals(0, collect(0, 1, 2));
    }

    @Test
    void newSeriesAtTheEndAloneIsUnknown() {
        collect(0, 1, 2);

        assertEquals(1, collect(0, 1, 2, 3));
        assertEquals(0, collect(0, 1, 2, 3));
    }

    @Test
    void seriesBeforeBetweenAndAfterOthersMayGo() {
        collect(0, 1, 2, 3, 4, 5);

        assertEquals(0, collect(1, 2, 4));
        assertEquals(0, collect(1, 2));
        assertEquals(1, collect(1, 2, 4)); // it was forgotten
    }

    @Test
    void someGoWhileOthersCome() {
        collect(0, 1, 2, 3);

        assertEquals(2, collect(1, 3, 4, 5));
        assertEquals(0, collect(1, 3, 4, 5));
    }

    @Test
    void anotherOrderIsLearnedAnew() {
        collect(0, 1, 2, 3);
        collect(3, 2, 1, 0);

        assertEquals(0, collect(3, 2, 1, 0));
    }

    @Test
    void noneAtAllForgetsAll() {
        collect(0, 1);
        collect();

        assertEquals(2, collect(0, 1));
    }

    @Test
    void aCollectThatEndedWithAnExceptionIsForgotten() {
        collect(0, 1, 2);
        list.begin();
        list.next(series.get(2));
        assertEquals(-1, list.next(series.get(3)));
        list.heads().append(head(3).getBytes(UTF_8));

        assertEquals(0, collect(0, 1, 2));
    }

    @Test
    void aHeadThatWasEncodedByHalfIsForgotten() {
        collect(0, 1);
        list.begin();
        list.next(series.get(0));
        list.next(series.get(1));
        assertEquals(-1, list.next(series.get(2)));
        list.heads().append(head(5).getBytes(UTF_8)); // and then an exception

        assertEquals(1, collect(0, 1, 2));
        assertEquals(0, collect(0, 1, 2));
    }
}
