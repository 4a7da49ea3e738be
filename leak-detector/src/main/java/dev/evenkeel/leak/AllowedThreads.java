package dev.evenkeel.leak;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Threads that may stay, and why.
 *
 * @param pattern thread name; {@code *} stands for any run of characters
 * @param reason why these threads may outlive the action; printed in every report
 */
public record AllowedThreads(String pattern, String reason) {

    /** Checks both parts. */
    public AllowedThreads {
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(reason, "reason");
        if (pattern.isBlank() || pattern.chars().allMatch(c -> c == '*')) {
            throw new IllegalArgumentException("Cannot allow threads by the pattern \"" + pattern
                    + "\": it would hide every leak. Name the pool, for instance \"orders-worker-*\".");
        }
        if (reason.isBlank()) {
            throw new IllegalArgumentException(
                    "Cannot allow threads \"" + pattern
                            + "\" without a reason: a year from now nobody would dare to remove the exception. Say who owns them.");
        }
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
