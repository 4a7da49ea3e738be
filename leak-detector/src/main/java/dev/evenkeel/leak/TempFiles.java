package dev.evenkeel.leak;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What lies in the directory for temporary files, of whichever process, by path without its numbers. Other processes add to it
 * too, so files of many different names do not count together.
 */
final class TempFiles implements Census {
    /*
     * Listing 8,000 entries takes 5 ms and hashing their names 3 ms more, which is all that a clean test may cost. So the keys of
     * the last listing are kept for as long as the directory's time of modification says that nothing came or went; not where there are
     * so few entries that directories in it are listed as well, of which that time tells nothing; and not where it is so young that its clock, which moves in steps of some milliseconds, might hide a change. Keys, not names: a
     * kept name would be a live object more for each file, and a leak of files one of strings.
     */

    /** A directory with more entries takes too long to list after every round: {@value}. */
    static final int MOST = 20_000;

    /** With so few entries the directories among them are listed as well; whether one is a directory takes some microseconds to ask. */
    private static final int FEW = 256;

    /** Entries of directories in it that are counted, in all: far more than end a run that leaks them. */
    private static final int MOST_INNER = MOST - FEW;

    /** A directory that nobody has changed since long before this JVM is not this one's. */
    private static final long EARLIEST_MILLIS =
            ManagementFactory.getRuntimeMXBean().getStartTime() - 2_000;

    private static final int MOST_DETAILS = 20;
    private static final long CLOCK_STEP_MILLIS = 50;

    /** A listing of this age tells well enough how many entries there are. */
    private static final long RECENT_MILLIS = 1_000;

    /**
     * A listing; its arrays are longer than the count, by as much as keeps their size the same from one listing to the next.
     *
     * @param modifiedMillis of the directory; -1 where it does not tell of all that was listed
     * @param kinds keys of the paths without their numbers
     * @param identities keys of the paths
     */
    private record Listing(
            File directory, long modifiedMillis, long listedMillis, int count, long[] kinds, long[] identities) {}

    private static volatile @Nullable Listing last;

    private final File directory;
    private final AllowList allowed;
    private @Nullable Listing baseline;
    private long[] before = new long[0];

    TempFiles(File directory, AllowList allowed) {
        this.directory = directory;
        this.allowed = allowed;
    }

    @Override
    public Resource resource() {
        return Resource.TEMP_FILES;
    }

    @Override
    public @Nullable String unavailable() {
        Listing known = last;
        boolean recent = known != null
                && known.directory.equals(directory)
                && System.currentTimeMillis() - known.listedMillis < RECENT_MILLIS;
        Listing listing = recent && directory.isDirectory() ? known : listing();
        if (listing == null) {
            return "the directory " + directory + " (java.io.tmpdir) cannot be listed";
        }
        return listing.count > MOST
                ? "the directory " + directory + " (java.io.tmpdir) has more than " + MOST
                        + " entries, which takes too long to list after every round; empty it, or give the test a"
                        + " directory of its own with -Djava.io.tmpdir"
                : null;
    }

    @Override
    public void baseline() {
        Listing now = listing();
        baseline = now;
        before = now == null ? new long[0] : Arrays.copyOf(now.identities, now.count);
        Arrays.sort(before);
    }

    @Override
    public void read(SeriesTable table, int reading) {
        if (allowed != AllowList.NONE) {
            for (String path : paths()) {
                if (!allowed.allows(path)) {
                    table.add(reading, SeriesTable.keyOf(Names.joinable(path)), 1);
                }
            }
            return;
        }
        Listing now = listing();
        for (int i = 0; now != null && i < now.count; i++) {
            table.add(reading, now.kinds[i], 1);
        }
    }

    @Override
    public List<Group> evidence(KeySet keys) {
        Listing then = baseline;
        if (then != null && isUnchanged(then, modifiedMillis())) {
            return List.of();
        }
        Map<String, List<String>> came = new LinkedHashMap<>();
        for (String path : paths()) {
            if (allowed.allows(path) || Arrays.binarySearch(before, SeriesTable.keyOf(path)) >= 0) {
                continue;
            }
            String kind = Names.joinable(path);
            if (keys.contains(SeriesTable.keyOf(kind))) {
                came.computeIfAbsent(kind, k -> new ArrayList<>()).add(path);
            }
        }
        List<Group> groups = new ArrayList<>();
        came.forEach((kind, paths) -> groups.add(new Group(
                SeriesTable.keyOf(kind),
                paths.size() == 1 ? paths.get(0) : kind,
                paths.size(),
                "",
                List.copyOf(paths.subList(0, Math.min(paths.size(), MOST_DETAILS))))));
        groups.sort(Comparator.comparingLong(Group::count).reversed());
        return groups;
    }

    private String[] paths() {
        String[] entries = entries();
        return isFew(entries) ? withInner(entries) : entries;
    }

    private String[] entries() {
        String[] names = directory.list();
        if (names == null) {
            return new String[0];
        }
        String prefix = directory + File.separator;
        for (int i = 0; i < names.length; i++) {
            names[i] = prefix + names[i];
        }
        return names;
    }

    private static boolean isFew(String[] entries) {
        return entries.length <= FEW;
    }

    /** The entries, and those of the directories among them. */
    private static String[] withInner(String[] paths) {
        List<String> all = new ArrayList<>(Arrays.asList(paths));
        int most = paths.length + MOST_INNER;
        for (int i = 0; i < paths.length && all.size() < most; i++) {
            String[] inner = isDirectoryInUse(paths[i]) ? new File(paths[i]).list() : null;
            for (int k = 0; inner != null && k < inner.length && all.size() < most; k++) {
                all.add(paths[i] + File.separator + inner[k]);
            }
        }
        return all.toArray(new String[0]);
    }

    private static boolean isDirectoryInUse(String path) {
        try {
            BasicFileAttributes found =
                    Files.readAttributes(Path.of(path), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return found.isDirectory() && found.lastModifiedTime().toMillis() >= EARLIEST_MILLIS;
        } catch (IOException | InvalidPathException | SecurityException gone) {
            return false;
        }
    }

    /** The keys of what is there now; null when the directory cannot be listed. */
    private @Nullable Listing listing() {
        long modified = modifiedMillis();
        Listing known = last;
        if (known != null && known.directory.equals(directory) && isUnchanged(known, modified)) {
            return known;
        }
        long now = System.currentTimeMillis(); // compared with the time of a file, so it must be the wall clock's
        if (!directory.isDirectory()) {
            return null;
        }
        String[] entries = entries();
        boolean few = isFew(entries);
        String[] paths = few ? withInner(entries) : entries;
        int room = Math.max(64, Integer.highestOneBit(Math.max(1, paths.length)) * 2);
        Listing made = new Listing(directory, few ? -1 : modified, now, paths.length, new long[room], new long[room]);
        for (int i = 0; i < paths.length; i++) {
            made.kinds[i] = SeriesTable.keyOf(Names.joinable(paths[i]));
            made.identities[i] = SeriesTable.keyOf(paths[i]);
        }
        if (paths.length <= MOST) {
            last = made;
        }
        return made;
    }

    private static boolean isUnchanged(Listing listing, long modifiedMillis) {
        return modifiedMillis >= 0
                && listing.modifiedMillis == modifiedMillis
                && listing.listedMillis - modifiedMillis > CLOCK_STEP_MILLIS;
    }

    /** -1 where it is not known. */
    private long modifiedMillis() {
        try {
            return Files.getLastModifiedTime(directory.toPath()).toMillis();
        } catch (IOException | SecurityException e) {
            return -1;
        }
    }
}
