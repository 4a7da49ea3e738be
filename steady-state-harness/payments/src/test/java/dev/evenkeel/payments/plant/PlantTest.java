package dev.evenkeel.payments.plant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class PlantTest {
    private static final long SECOND = 1_000_000_000L;

    @AfterEach
    void forget() {
        PlantedHeapLeak.forget();
    }

    @Test
    void plantsInProportionToTimeWhateverTheTicks() throws IOException {
        Plant often = Plant.of("heap", 3_600 * 5_440.0);
        for (int i = 0; i <= 1_000; i++) {
            often.tick(77 + i * SECOND / 100);
        }
        int keptOften = PlantedHeapLeak.kept();
        PlantedHeapLeak.forget();
        Plant seldom = Plant.of("heap", 3_600 * 5_440.0);
        seldom.tick(-5);
        seldom.tick(-5 + 10 * SECOND);

        assertEquals(100, keptOften); // 10 s at 5 440 bytes a second, 544 each
        assertEquals(100, PlantedHeapLeak.kept());
        assertEquals(54_400, often.planted());
        assertEquals(54_400, seldom.planted());
    }

    @Test
    void smallRatesAreOwedUntilThereIsEnough() throws IOException {
        Plant plant = Plant.of("heap", 3_600);
        plant.tick(0);
        plant.tick(543 * SECOND);
        assertEquals(0, PlantedHeapLeak.kept());
        plant.tick(545 * SECOND);
        assertEquals(1, PlantedHeapLeak.kept());
    }

    /** What an entry is said to weigh is what it weighs, within a tenth, by this JVM's own account. */
    @Test
    void entryWeighsWhatItSays() throws IOException {
        System.gc();
        long before = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        Plant plant = Plant.of("heap", 3_600 * 20e6);
        plant.tick(0);
        plant.tick(SECOND);
        System.gc();
        long retained =
                Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory() - before;

        assertEquals(20e6, plant.planted(), PlantedHeapLeak.BYTES_PER_ENTRY);
        assertEquals(plant.planted(), retained, 0.1 * plant.planted());
    }

    @Test
    void opensFilesThatStayOpen() throws IOException {
        PlantedFdLeak plant = (PlantedFdLeak) Plant.of("fd", 3_600);
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "no /proc on this platform");

        plant.tick(0);
        plant.tick(3 * SECOND);

        assertEquals(3, plant.planted());
        assertEquals(3, openCount(plant.file()));
        plant.forget();
    }

    private static int openCount(Path file) throws IOException {
        int count = 0;
        try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path link : links) {
                if (Files.exists(link) && Files.readSymbolicLink(link).equals(file.toRealPath())) {
                    count++;
                }
            }
        }
        return count;
    }

    @Test
    void parksNamedThreads() throws IOException, InterruptedException {
        PlantedThreadLeak plant = (PlantedThreadLeak) Plant.of("thread", 3_600);

        plant.tick(0);
        plant.tick(2 * SECOND);

        assertEquals(2, plant.parked().size());
        assertEquals("planted-leak-2", plant.parked().get(1).getName());
        assertTrue(plant.parked().get(0).isAlive());
        plant.forget();
    }

    @Test
    void takesDirectBuffers() throws IOException {
        PlantedBufferLeak plant = (PlantedBufferLeak) Plant.of("buffer", 3_600 * 16_384.0);

        plant.tick(0);
        plant.tick(3 * SECOND + SECOND / 2);

        assertEquals(3 * 16_384, plant.planted());
        assertEquals(3, plant.taken().size());
        assertTrue(plant.taken().get(2).bytes.isDirect());
    }

    @Test
    void loadsTheSameClassByLoadersOfItsOwn() throws IOException {
        PlantedLoaderLeak plant = (PlantedLoaderLeak) Plant.of("loader", 3_600);

        plant.tick(0);
        plant.tick(2 * SECOND);

        assertEquals(2, plant.kept().size());
        Class<?> first = plant.kept().get(0);
        assertEquals(PlantedLoaderLeak.PlugIn.class.getName(), first.getName());
        assertNotSame(PlantedLoaderLeak.PlugIn.class, first);
        assertNotSame(first, plant.kept().get(1));
        assertNotSame(first.getClassLoader(), plant.kept().get(1).getClassLoader());
        plant.forget();
    }

    @Test
    void nothingIsPlantedWhereNothingIsAsked() throws IOException {
        Plant plant = Plant.of("none", 0);

        plant.tick(0);
        plant.tick(Long.MAX_VALUE);

        assertEquals(0, plant.planted());
    }

    @Test
    void unknownKindIsRefused() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Plant.of("socket", 1));

        assertEquals("Cannot plant \"socket\": the kinds are none, heap, fd, thread, buffer, loader.", e.getMessage());
    }
}
