package dev.evenkeel.leak.corpus;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One case.
 *
 * @param id unique; a leak and its twin differ in what follows the slash
 * @param truth what it is
 * @param culprits names of which a report of the leak must show one; {@code *} stands for any run of characters
 * @param leastJdk feature number of the first JDK that it runs on
 * @param opening builds it anew
 */
record CorpusCase(String id, Truth truth, List<String> culprits, int leastJdk, Opening opening) {

    enum Truth {
        LEAK,
        FIXED,
        LOOK_ALIKE
    }

    interface Opening {
        Subject open() throws Exception;
    }

    /** The same code, leaking or mended. */
    interface Twin {
        Subject open(boolean leaking) throws Exception;
    }

    boolean isNamedBy(String text) {
        return culprits.stream().anyMatch(c -> glob(c).matcher(text).find());
    }

    private static Pattern glob(String culprit) {
        StringBuilder regex = new StringBuilder();
        String[] parts = culprit.split("\\*", -1);
        for (int i = 0; i < parts.length; i++) {
            regex.append(i == 0 ? "" : "[^\\s]*").append(Pattern.quote(parts[i]));
        }
        return Pattern.compile(regex.toString());
    }
}
