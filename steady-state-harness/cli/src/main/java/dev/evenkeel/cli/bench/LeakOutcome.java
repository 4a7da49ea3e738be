package dev.evenkeel.cli.bench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one check said of one case.
 *
 * @param caseId the case
 * @param truth LEAK, FIXED or LOOK_ALIKE
 * @param verdict PASS, FAIL, INCONCLUSIVE, or ERROR where the JVM of the case gave no answer
 * @param named whether the first finding shows what leaks or who holds it
 * @param mentioned whether any certain finding does
 * @param culprit what the first finding names
 * @param millis how long it took
 */
record LeakOutcome(
        String caseId, String truth, String verdict, boolean named, boolean mentioned, String culprit, long millis) {

    private static final Pattern LINE =
            Pattern.compile("\\{\"schema\":1,\"case\":\"(.*?)\",\"truth\":\"(\\w+)\",\"found\":\\w+,"
                    + "\"verdict\":\"(\\w+)\",\"named\":(\\w+),\"mentioned\":(\\w+),\"culprit\":\"(.*?)\",\"iterations\":\\d+,"
                    + "\"ms\":(\\d+)}");

    /** Reads the line that a case's JVM prints last; anything else is an ERROR, with the last of what it printed. */
    static LeakOutcome parse(String caseId, String truth, String printed) {
        Matcher line = LINE.matcher(printed);
        if (line.find()) {
            return new LeakOutcome(
                    caseId,
                    truth,
                    line.group(3),
                    Boolean.parseBoolean(line.group(4)),
                    Boolean.parseBoolean(line.group(5)),
                    line.group(6),
                    Long.parseLong(line.group(7)));
        }
        String text = printed.strip().replaceAll("\\s*\\R\\s*", " / ");
        return new LeakOutcome(
                caseId, truth, "ERROR", false, false, text.substring(Math.max(0, text.length() - 300)), 0);
    }

    boolean isLeak() {
        return truth.equals("LEAK");
    }

    boolean isFlagged() {
        return verdict.equals("FAIL");
    }

    /** Whether a reader would be misled, or left without an answer. */
    boolean isWrong() {
        return isLeak() ? !isFlagged() : !verdict.equals("PASS");
    }
}
