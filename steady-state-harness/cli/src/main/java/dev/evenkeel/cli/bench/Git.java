package dev.evenkeel.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Builds the core of another commit of this checkout, beside it, and leaves nothing behind but its classes. */
final class Git {
    private final Path home;
    private final Path build;

    Git(Path home) {
        this.home = home;
        this.build = home.resolve("metrics-core/target/bench/compare");
    }

    /**
     * Finds the commit that a name stands for.
     *
     * @throws IllegalArgumentException when there is none
     */
    String commit(String ref) throws IOException, InterruptedException {
        Output found = run(home, "git", "rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}");
        if (found.exit != 0) {
            throw new IllegalArgumentException("There is no file and no commit \"" + ref + "\" in " + home
                    + ". Give --compare a branch, tag or commit of this checkout, or a file that --json wrote.");
        }
        return found.text.strip();
    }

    /** Compiles the core as it was at a commit, and returns the folder of its classes. */
    Path coreAt(String commit) throws IOException, InterruptedException {
        Path classes = build.resolve(commit);
        Path worktree = build.resolve("worktree-" + commit);
        deleteTree(classes);
        Files.createDirectories(build);
        remove(worktree);
        try {
            must("git", home, "git", "worktree", "add", "--detach", "--force", worktree.toString(), commit);
            // Warnings of another commit's code are not the question here, and neither are its tests.
            must(
                    "the build of " + commit,
                    worktree,
                    "mvn",
                    "-B",
                    "-q",
                    "-P!checks",
                    "-Dmaven.test.skip=true",
                    "-pl",
                    ":evenkeel-metrics-core",
                    "-am",
                    "compile");
            copyTree(worktree.resolve("metrics-core/target/classes"), classes);
        } finally {
            remove(worktree);
        }
        return classes;
    }

    /** Git forgets a worktree whose folder is gone; both steps are harmless when it never was. */
    private void remove(Path worktree) throws IOException, InterruptedException {
        run(home, "git", "worktree", "remove", "--force", worktree.toString());
        deleteTree(worktree);
        run(home, "git", "worktree", "prune");
    }

    private static void must(String what, Path directory, String... command) throws IOException, InterruptedException {
        Output output = run(directory, command);
        if (output.exit != 0) {
            throw new IOException(
                    "Cannot compare: " + what + " ended with exit code " + output.exit + ":\n" + output.text);
        }
    }

    private static Output run(Path directory, String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("evenkeel-compare", ".log");
        try {
            Process process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            int exit = process.waitFor();
            return new Output(exit, Files.readString(log, StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private record Output(int exit, String text) {}

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> files = Files.walk(tree)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
