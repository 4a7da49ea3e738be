package dev.evenkeel.metrics.resource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The folder of a control group in one hierarchy. Immutable.
 *
 * @param version2 whether the hierarchy is the unified one
 * @param folder where the group's files are
 * @param mountPoint the highest ancestor that can be seen from here
 */
record CgroupFolder(boolean version2, Path folder, Path mountPoint) {

    ProcFile file(String name) {
        return new ProcFile(folder.resolve(name));
    }

    /** The file of a name in the group and in each ancestor that can be seen, the group's own first. */
    List<ProcFile> upwards(String name) {
        List<ProcFile> files = new ArrayList<>();
        for (Path p = folder; p != null && p.startsWith(mountPoint); p = p.getParent()) {
            files.add(new ProcFile(p.resolve(name)));
        }
        return files;
    }
}
