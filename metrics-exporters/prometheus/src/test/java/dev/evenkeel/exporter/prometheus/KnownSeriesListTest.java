package dev.evenkeel.exporter.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Series;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KnownSeriesListTest {
    private final MetricRegistry registry = MetricRegistry.create();
    private final KnownSeriesList list = new KnownSeriesList();
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
            KnownSeries known = list.next(series.get(i));
            if (known == null) {
                list.add(new KnownSeries(series.get(i)));
                made++;
            } else {
                assertSame(series.get(i), known.series);
            }
        }
        list.end();
        assertEquals(which.length, list.size());
        return made;
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
        assertNull(list.next(series.get(3)));

        assertEquals(0, collect(0, 1, 2));
    }
}
