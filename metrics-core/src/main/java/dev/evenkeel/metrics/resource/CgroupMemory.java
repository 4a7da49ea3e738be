package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory of the control group this process lives in: version 1, version 2, or a hybrid host.
 *
 * <p>Not thread-safe. After {@link #refresh} the three readings hold bytes, or -1 where the platform reports none.
 */
final class CgroupMemory implements AutoCloseable {
    /*
     * Which group: /proc/self/cgroup gives a path per hierarchy, /proc/self/mountinfo where each hierarchy is mounted
     * and which part of it. On a hybrid host both kinds are mounted, and the memory controller belongs to one of them:
     * a "memory" line with a mounted version 1 hierarchy wins, because a controller cannot be in both.
     *
     * Inside a container the path may be "/" (own cgroup namespace), or the host's path while only the container's part
     * is mounted (mount root = that path), or a path that leads out of the mount ("/../x", or one that is not there).
     * In the last cases the mount point itself is the nearest thing to see.
     *
     * Limits nest: the group's own may be "max" while its parent's kills us. All ancestors up to the mount point count;
     * version 1 adds hierarchical_memory_limit, which also knows the ancestors a container cannot see.
     */

    /** From here on a version 1 limit means "none": it is Long.MAX_VALUE rounded down to a page, whatever its size. */
    private static final long UNLIMITED = 1L << 62;

    private static final long RESOLVE_AGAIN_NANOS = 60_000_000_000L;

    private final Path root;
    private @Nullable Group group;
    private boolean resolved;
    private long resolvedNanos;
    private boolean closed;

    private long current = -1;
    private long limit = -1;
    private long workingSet = -1;

    /** @param root the folder that holds {@code proc} and {@code sys}: {@code /} but for tests */
    CgroupMemory(Path root) {
        this.root = root;
    }

    private static final class Group {
        final boolean version2;
        final ProcFile current;
        final ProcFile stat;
        final List<ProcFile> limits = new ArrayList<>();
        final byte[] inactiveFile;

        Group(boolean version2, Path folder, Path mountPoint) {
            this.version2 = version2;
            current = new ProcFile(folder.resolve(version2 ? "memory.current" : "memory.usage_in_bytes"));
            stat = new ProcFile(folder.resolve("memory.stat"));
            inactiveFile = ascii(version2 ? "inactive_file " : "total_inactive_file ");
            String limitName = version2 ? "memory.max" : "memory.limit_in_bytes";
            for (Path p = folder; p != null && p.startsWith(mountPoint); p = p.getParent()) {
                Path file = p.resolve(limitName);
                if (Files.exists(file)) { // the root group of version 2 has none
                    limits.add(new ProcFile(file));
                }
            }
        }

        void close() {
            current.close();
            stat.close();
            limits.forEach(ProcFile::close);
        }
    }

    private static final byte[] HIERARCHICAL_LIMIT = ascii("hierarchical_memory_limit ");

    private static byte[] ascii(String s) {
        return s.getBytes(ISO_8859_1);
    }

    /** Reads again. Allocates nothing while the group stays the same. */
    void refresh(long nowNanos) {
        current = -1;
        limit = -1;
        workingSet = -1;
        Group g = group(nowNanos);
        if (g == null) {
            return;
        }
        if (!g.current.read(nowNanos)) {
            g.close();
            group = null; // moved or removed: look for the group again, in a minute at the latest
            return;
        }
        current = g.current.number();
        boolean hasStat = g.stat.read(nowNanos);
        if (hasStat && current >= 0) {
            long inactive = g.stat.numberAfter(g.inactiveFile);
            if (inactive >= 0) {
                workingSet = Math.max(0, current - inactive);
            }
        }
        long least = Long.MAX_VALUE;
        for (int i = 0; i < g.limits.size(); i++) {
            ProcFile file = g.limits.get(i);
            if (file.read(nowNanos)) {
                least = leastLimit(least, file.number());
            }
        }
        if (hasStat && !g.version2) {
            least = leastLimit(least, g.stat.numberAfter(HIERARCHICAL_LIMIT));
        }
        limit = least < UNLIMITED ? least : -1;
    }

    private static long leastLimit(long least, long candidate) {
        return candidate < 0 ? least : Math.min(least, candidate);
    }

    /** Page cache included. */
    long current() {
        return current;
    }

    /** The lowest limit of the group and its ancestors; -1 also when there is no limit. */
    long limit() {
        return limit;
    }

    /** Current less the page cache that the kernel can drop at once ({@code inactive_file}). */
    long workingSet() {
        return workingSet;
    }

    private @Nullable Group group(long nowNanos) {
        if (group == null && !closed && (!resolved || nowNanos - resolvedNanos >= RESOLVE_AGAIN_NANOS)) {
            resolved = true;
            resolvedNanos = nowNanos;
            group = resolve();
        }
        return group;
    }

    private @Nullable Group resolve() {
        List<String> memberships = lines("proc/self/cgroup");
        List<String> mounts = lines("proc/self/mountinfo");
        for (String line : memberships) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && List.of(fields[1].split(",")).contains("memory")) {
                Group v1 = mountedGroup(mounts, false, fields[2]);
                if (v1 != null) {
                    return v1;
                }
            }
        }
        for (String line : memberships) {
            if (line.startsWith("0::")) {
                return mountedGroup(mounts, true, line.substring(3));
            }
        }
        return null;
    }

    private @Nullable Group mountedGroup(List<String> mounts, boolean version2, String path) {
        for (String line : mounts) {
            // 36 35 98:0 /root /mount/point rw,noatime master:1 - fstype source superoptions
            int dash = line.indexOf(" - ");
            if (dash < 0) {
                continue;
            }
            String[] left = line.substring(0, dash).split(" ", 6);
            String[] right = line.substring(dash + 3).split(" ", 3);
            if (left.length < 5 || right.length < 1) {
                continue;
            }
            boolean wanted = version2
                    ? right[0].equals("cgroup2")
                    : right[0].equals("cgroup")
                            && right.length == 3
                            && List.of(right[2].split(",")).contains("memory");
            if (!wanted) {
                continue;
            }
            Path mountPoint = underRoot(unescape(left[4]));
            Path folder = folder(mountPoint, unescape(left[3]), path);
            Path currentFile = folder.resolve(version2 ? "memory.current" : "memory.usage_in_bytes");
            if (Files.isReadable(currentFile)) {
                return new Group(version2, folder, mountPoint);
            }
        }
        return null;
    }

    private static Path folder(Path mountPoint, String mountRoot, String path) {
        String relative;
        if (mountRoot.equals("/")) {
            relative = path;
        } else if (path.equals(mountRoot)) {
            relative = "";
        } else if (path.startsWith(mountRoot + "/")) {
            relative = path.substring(mountRoot.length());
        } else {
            return mountPoint;
        }
        Path folder = mountPoint.resolve(stripSlashes(relative)).normalize();
        return folder.startsWith(mountPoint) && Files.isDirectory(folder) ? folder : mountPoint;
    }

    private Path underRoot(String absolute) {
        return root.resolve(stripSlashes(absolute));
    }

    private static String stripSlashes(String path) {
        int i = 0;
        while (i < path.length() && path.charAt(i) == '/') {
            i++;
        }
        return path.substring(i);
    }

    /** Undoes the octal escapes of mountinfo: {@code \040} is a space. */
    private static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder b = new StringBuilder(field.length());
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + 3 < field.length()) {
                try {
                    b.append((char) Integer.parseInt(field, i + 1, i + 4, 8));
                    i += 3;
                    continue;
                } catch (NumberFormatException e) {
                    // a lone backslash stays one
                }
            }
            b.append(c);
        }
        return b.toString();
    }

    private List<String> lines(String name) {
        try {
            // not readAllLines, which would refuse a whole file for one byte that is not UTF-8
            return new String(Files.readAllBytes(root.resolve(name)), UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    @Override
    public void close() {
        closed = true;
        Group g = group;
        group = null;
        if (g != null) {
            g.close();
        }
        current = -1;
        limit = -1;
        workingSet = -1;
    }
}
