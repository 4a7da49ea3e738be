package dev.evenkeel.payments.plant;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file opened again and again and never closed. The streams stay reachable, so no garbage collection closes them. */
public final class PlantedFdLeak extends Plant {
    private static final Logger LOG = System.getLogger(PlantedFdLeak.class.getName());

    private final Path file;
    private final List<InputStream> open = new ArrayList<>();
    private boolean logged;

    PlantedFdLeak(double filesPerHour) throws IOException {
        super(filesPerHour);
        file = Files.createTempFile("planted-leak-", ".open");
        file.toFile().deleteOnExit();
    }

    @Override
    long plant(long owed) {
        long opened = 0;
        try {
            for (; opened < owed; opened++) {
                open.add(new FileInputStream(file.toFile()));
            }
        } catch (IOException e) {
            if (!logged) {
                logged = true;
                LOG.log(Level.WARNING, "The planted leak of open files has come to its end: {0}", e.getMessage());
            }
        }
        return opened;
    }

    /** The file that is held open. */
    Path file() {
        return file;
    }

    /** Closes everything and removes the file. For tests. */
    void forget() throws IOException {
        for (InputStream stream : open) {
            stream.close();
        }
        open.clear();
        Files.delete(file);
    }
}
