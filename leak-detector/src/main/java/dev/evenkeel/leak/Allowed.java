package dev.evenkeel.leak;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Something that may stay, and why.
 *
 * @param resource what kind of thing may stay
 * @param pattern its name as reports show it (a thread's name, a descriptor's target, a class, a command, an MBean); {@code *}
 *     stands for any run of characters
 * @param reason why it may outlive the action; printed in every report
 */
public record Allowed(Resource resource, String pattern, String reason) {

    /** Checks the parts. */
    public Allowed {
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(reason, "reason");
        if (pattern.isBlank() || pattern.chars().allMatch(c -> c == '*')) {
            throw new IllegalArgumentException("Cannot allow " + resource.title() + " by the pattern \"" + pattern
                    + "\": it would hide every leak. " + example(resource));
        }
        if (reason.isBlank()) {
            throw new IllegalArgumentException(
                    "Cannot allow " + resource.title() + " \"" + pattern
                            + "\" without a reason: a year from now nobody would dare to remove the exception. Say who owns them.");
        }
    }

    private static String example(Resource resource) {
        return switch (resource) {
            case THREADS, VIRTUAL_THREADS -> "Name the pool, for instance \"orders-worker-*\".";
            case FILE_DESCRIPTORS, TEMP_FILES -> "Name the file, for instance \"/tmp/index-*.bin\".";
            case HEAP, CLASSES, QUEUED_TASKS, SHUTDOWN_HOOKS -> "Name the class, for instance \"com.acme.Order*\".";
            default -> "Name it, or do not watch it: LeakOptions.without(Resource." + resource.name() + ", reason).";
        };
    }

    Pattern compiled() {
        StringBuilder regex = new StringBuilder();
        int from = 0;
        for (int star = pattern.indexOf('*'); star >= 0; star = pattern.indexOf('*', from)) {
            regex.append(Pattern.quote(pattern.substring(from, star))).append(".*");
            from = star + 1;
        }
        return Pattern.compile(
                regex.append(Pattern.quote(pattern.substring(from))).toString(), Pattern.DOTALL);
    }
}
