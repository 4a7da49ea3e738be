package dev.evenkeel.payments;

import java.util.List;
import java.util.NoSuchElementException;

/** Finds the PostgreSQL that belongs to one of our processes, which is not its child: it detaches itself. */
final class TestProcessTree {
    private TestProcessTree() {}

    /** The postmaster whose data directory a reaper below {@code root} watches over. */
    static ProcessHandle postmasterUnder(ProcessHandle root) {
        String data = root.descendants()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains("evenkeel-reaper "))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1).strip())
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no reaper under " + root));
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    String line = process.info().commandLine().orElse("");
                    return line.contains("/bin/postgres ") && line.contains(" -D " + data + " ");
                })
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no postmaster for " + data));
    }

    /** The word that follows a flag on a process's command line. */
    static String argument(ProcessHandle process, String flag) {
        List<String> words = List.of(process.info().commandLine().orElseThrow().split(" "));
        return words.get(words.indexOf(flag) + 1);
    }
}
