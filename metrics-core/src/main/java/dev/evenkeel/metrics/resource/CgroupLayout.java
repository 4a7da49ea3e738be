package dev.evenkeel.metrics.resource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where each controller of a process's control group has its files: version 1, version 2, or a hybrid host. Immutable.
 *
 * <p>A controller without a folder is null. A folder may lack files: on version 2 those of a controller that is not enabled.
 *
 * @param cpuAccounting version 1 only: there it is a hierarchy of its own
 * @param unified the group in the version 2 hierarchy, whatever controllers it has: pressure is there even on a hybrid host
 */
record CgroupLayout(
        @Nullable CgroupFolder memory,
        @Nullable CgroupFolder cpu,
        @Nullable CgroupFolder cpuAccounting,
        @Nullable CgroupFolder pids,
        @Nullable CgroupFolder io,
        @Nullable CgroupFolder unified) {
    /*
     * /proc/self/cgroup gives a path per hierarchy, /proc/self/mountinfo where each hierarchy is mounted and which part
     * of it. On a hybrid host both kinds are mounted, and a controller belongs to one of them: a line that names it, with a
     * mounted version 1 hierarchy, wins, because a controller cannot be in both.
     *
     * Inside a container the path may be "/" (own cgroup namespace), or the host's path while only the container's part
     * is mounted (mount root = that path), or a path that leads out of the mount ("/../x", or one that is not there).
     * In the last cases the mount point itself is the nearest thing to see.
     */

    /**
     * Finds the folders.
     *
     * @param root the folder that holds {@code proc} and {@code sys}: {@code /} but for tests
     * @param membership the text of {@code /proc/PID/cgroup}
     * @param mountinfo the text of {@code /proc/self/mountinfo}
     */
    static CgroupLayout of(Path root, String membership, String mountinfo) {
        List<String> memberships = membership.lines().toList();
        List<String> mounts = mountinfo.lines().toList();
        CgroupFolder unified = null;
        for (String line : memberships) {
            if (line.startsWith("0::")) {
                unified = mounted(root, mounts, null, line.substring(3));
            }
        }
        return new CgroupLayout(
                version1(root, memberships, mounts, "memory", unified),
                version1(root, memberships, mounts, "cpu", unified),
                version1(root, memberships, mounts, "cpuacct", null),
                version1(root, memberships, mounts, "pids", unified),
                version1(root, memberships, mounts, "blkio", unified),
                unified);
    }

    boolean isEmpty() {
        return Stream.of(memory, cpu, cpuAccounting, pids, io, unified).allMatch(Objects::isNull);
    }

    private static @Nullable CgroupFolder version1(
            Path root,
            List<String> memberships,
            List<String> mounts,
            String controller,
            @Nullable CgroupFolder otherwise) {
        for (String line : memberships) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && List.of(fields[1].split(",")).contains(controller)) {
                CgroupFolder folder = mounted(root, mounts, controller, fields[2]);
                if (folder != null) {
                    return folder;
                }
            }
        }
        return otherwise;
    }

    /** @param controller the controller of a version 1 hierarchy; null asks for the version 2 hierarchy */
    private static @Nullable CgroupFolder mounted(
            Path root, List<String> mounts, @Nullable String controller, String path) {
        for (String line : mounts) {
            // 36 35 98:0 /root /mount/point rw,noatime master:1 - fstype source superoptions
            int dash = line.indexOf(" - ");
            if (dash < 0) {
                continue;
            }
            String[] left = line.substring(0, dash).split(" ", 6);
            String[] right = line.substring(dash + 3).split(" ", 3);
            if (left.length < 5) {
                continue;
            }
            boolean wanted = controller == null
                    ? right[0].equals("cgroup2")
                    : right[0].equals("cgroup")
                            && right.length == 3
                            && List.of(right[2].split(",")).contains(controller);
            if (wanted) {
                Path mountPoint = root.resolve(stripSlashes(unescape(left[4])));
                Path folder = folder(mountPoint, unescape(left[3]), path);
                if (Files.isDirectory(folder)) {
                    return new CgroupFolder(controller == null, folder, mountPoint);
                }
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
}
