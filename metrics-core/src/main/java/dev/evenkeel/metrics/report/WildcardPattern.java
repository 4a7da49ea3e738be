package dev.evenkeel.metrics.report;

/** Text in which each {@code *} stands for any characters, none included. Immutable; matches without allocation. */
record WildcardPattern(String text) {
    boolean matches(String value) {
        int at = 0;
        int pattern = 0;
        int star = -1; // the last one seen, and how far it has been stretched
        int stretched = 0;
        while (at < value.length()) {
            if (pattern < text.length() && text.charAt(pattern) == '*') {
                star = pattern++;
                stretched = at;
            } else if (pattern < text.length() && text.charAt(pattern) == value.charAt(at)) {
                pattern++;
                at++;
            } else if (star >= 0) {
                pattern = star + 1;
                at = ++stretched;
            } else {
                return false;
            }
        }
        while (pattern < text.length() && text.charAt(pattern) == '*') {
            pattern++;
        }
        return pattern == text.length();
    }
}
