package dev.evenkeel.leak;

/** Names whose numbers do not matter. */
final class Names {
    private static final int SHORTEST_HEX = 8;

    private Names() {}

    /**
     * Puts a star for each run of digits, and for each run of eight or more hexadecimal digits with a digit in it, dashes
     * included, as in a UUID.
     */
    static String joinable(String name) {
        StringBuilder out = new StringBuilder(name.length());
        int i = 0;
        while (i < name.length()) {
            int end = i;
            int hex = 0;
            boolean digit = false;
            while (end < name.length() && (isHex(name.charAt(end)) || (hex > 0 && name.charAt(end) == '-'))) {
                digit |= isDigit(name.charAt(end));
                hex += name.charAt(end) == '-' ? 0 : 1;
                end++;
            }
            while (end > i && name.charAt(end - 1) == '-') {
                end--;
            }
            boolean startsWord = i == 0 || !Character.isLetter(name.charAt(i - 1));
            boolean endsWord = end == name.length() || !Character.isLetter(name.charAt(end));
            if (hex >= SHORTEST_HEX && digit && startsWord && endsWord) {
                out.append('*');
                i = end;
            } else if (isDigit(name.charAt(i))) {
                out.append('*');
                while (i < name.length() && isDigit(name.charAt(i))) {
                    i++;
                }
            } else {
                out.append(name.charAt(i++));
            }
        }
        return out.toString();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isHex(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
}
