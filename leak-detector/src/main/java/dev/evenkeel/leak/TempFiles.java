package dev.evenkeel.leak;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/** What lies in the directory for temporary files, of whichever process. */
final class TempFiles implements ListCensus.Source {
    /*
     * Listing 5,000 entries takes 3 ms, which is most of what a scope may cost. So the last listing is kept for as long as the
     * directory's time of modification says that nothing came or went; not where that time is so young that its clock, which
     * moves in steps of some milliseconds, might hide a change.
     */

    /** A directory with more entries takes too long to list after every round: {@value}. */
    static final int MOST = 20_000;

    private static final long CLOCK_STEP_MILLIS = 50;

    private record Listing(File directory, long modifiedMillis, long listedMillis, String[] names) {}

    private static volatile @Nullable Listing last;

    private final File directory;

    TempFiles(File directory) {
        this.directory = directory;
    }

    @Override
    public @Nullable String unavailable() {
        String[] names = names();
        if (names == null) {
            return "the directory " + directory + " (java.io.tmpdir) cannot be listed";
        }
        return names.length > MOST
                ? "the directory " + directory + " (java.io.tmpdir) has more than " + MOST
                        + " entries, which takes too long to list after every round; empty it, or give the test a"
                        + " directory of its own with -Djava.io.tmpdir"
                : null;
    }

    @Override
    public void list(ListCensus.Sink sink) {
        String[] names = names();
        if (names != null) {
            String prefix = directory + File.separator;
            for (String name : names) {
                String path = prefix + name;
                sink.thing(path, path);
            }
        }
    }

    private String @Nullable [] names() {
        long modified;
        try {
            modified = Files.getLastModifiedTime(directory.toPath()).toMillis();
        } catch (IOException | SecurityException e) {
            return directory.list();
        }
        Listing known = last;
        if (known != null
                && known.directory.equals(directory)
                && known.modifiedMillis == modified
                && known.listedMillis - modified > CLOCK_STEP_MILLIS) {
            return known.names;
        }
        long now = System.currentTimeMillis(); // compared with the time of a file, so it must be the wall clock's
        String[] names = directory.list();
        if (names != null && names.length <= MOST) {
            last = new Listing(directory, modified, now, names);
        }
        return names;
    }
}
