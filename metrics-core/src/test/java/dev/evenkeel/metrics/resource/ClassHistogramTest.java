package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassHistogramTest {
    private static final String JDK17 =
            """
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:         22022        1342064  [B (java.base@17.0.15)
               2:           100          20000  [I (java.base@17.0.15)
               3:            10           1600  shop.Cart$$Lambda$14/0x0000000800c03000
               4:             5            800  shop.Cart$$Lambda$27/0x00007f12a0c03ab8
               5:             2             64  java.lang.invoke.LambdaForm$MH/0x0000000800c00400 (java.base@17.0.15)
               6:             1             24  java.lang.invoke.LambdaForm$MH/0x0000000800c00800 (java.base@17.0.15)
            Total         22140        1364552
            """;

    private static final String JDK25 =
            """
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:             9        9000000  [Ljdk.internal.vm.FillerElement; (java.base@25.0.3)
               2:         22022        1342064  [B (java.base@25.0.3)
               3:            15           2400  shop.Cart$$Lambda/0x00007f12a0c03ab8
               4:             7            112  jdk.internal.vm.FillerObject (java.base@25.0.3)
            Total         22053       10344576
            """;

    private final ClassHistogram histogram = new ClassHistogram();

    @Test
    void rowsLoseModuleAddressAndLambdaNumberAndAreAddedUp() {
        histogram.parse(JDK17);

        assertEquals(
                List.of(
                        new LiveSet.ClassRow("[B", 22022, 1342064),
                        new LiveSet.ClassRow("[I", 100, 20000),
                        new LiveSet.ClassRow("shop.Cart$$Lambda", 15, 2400),
                        new LiveSet.ClassRow("java.lang.invoke.LambdaForm$MH", 3, 88)),
                histogram.rows());
        assertEquals(1364552, histogram.totalBytes());
        assertEquals(20000, histogram.bytesOf("[I"));
    }

    @Test
    void fillerRowsAreNobodysAndDropOut() {
        histogram.parse(JDK25);

        assertEquals(
                List.of(
                        new LiveSet.ClassRow("[B", 22022, 1342064),
                        new LiveSet.ClassRow("shop.Cart$$Lambda", 15, 2400)),
                histogram.rows());
        assertEquals(9000112, histogram.fillerBytes());
    }

    @Test
    void aSecondReadingStartsFromZeroAndReusesTheNames() {
        histogram.parse(JDK17);
        String first = histogram.rows().get(2).className();

        histogram.parse(JDK25);

        assertEquals(1344464, histogram.totalBytes());
        assertSame(first, histogram.rows().get(1).className());
        assertEquals(0, histogram.bytesOf("[I"));
    }

    @Test
    void tenThousandClassesKeepTheirRows() {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 10_000; i++) {
            text.append("  ")
                    .append(i)
                    .append(":  1  ")
                    .append(i)
                    .append("  shop.C")
                    .append(i)
                    .append('\n');
        }

        histogram.parse(text.toString());

        List<LiveSet.ClassRow> rows = histogram.rows();
        assertEquals(10_000, rows.size());
        assertEquals(new LiveSet.ClassRow("shop.C10000", 1, 10_000), rows.get(0));
        assertEquals(new LiveSet.ClassRow("shop.C1", 1, 1), rows.get(9_999));
        assertEquals(50_005_000, histogram.totalBytes());
    }

    @Test
    void namesOfClassesThatAreGoneAreForgotten() {
        histogram.parse(JDK17);
        String before = histogram.rows().get(0).className();
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 1000; i++) {
            text.append(" 1: 1 16 Generated").append(i).append('\n');
        }
        histogram.parse(text.toString());

        histogram.parse(JDK17); // 1000 names against 4 rows: forgotten
        histogram.parse(JDK17);

        assertEquals("[B", before);
        assertTrue(histogram.knownNames() <= 4, () -> histogram.knownNames() + " names are held");
        assertEquals(1364552, histogram.totalBytes());
    }

    @Test
    void aTextWithoutRowsIsAnErrorThatShowsIt() {
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> histogram.parse("Command disabled\n"));

        assertEquals(
                "Cannot read the class histogram of this JVM: no line of its 17 characters looks like"
                        + " \"1: 4711 188440 java.lang.String\"; it begins with \"Command disabled\". The live set is not"
                        + " available on this JVM; watch jvm.memory.used_after_last_gc instead.",
                e.getMessage());
    }
}
