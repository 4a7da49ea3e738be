package dev.evenkeel.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JDK to measure on.
 *
 * @param version what its release file states, such as 17.0.15
 */
record Jdk(Path home, String version) {
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"([^\"]+)\"");
    private static final String SECOND = "JAVA25_HOME";

    /** The one that runs us, and the one that JAVA25_HOME names, if it is another. */
    static List<Jdk> defaults(Path running, Map<String, String> environment) throws IOException {
        List<Jdk> found = new ArrayList<>(List.of(at(running)));
        String second = environment.get(SECOND);
        if (second != null && !second.isEmpty()) {
            Jdk other = at(Path.of(second));
            if (!other.version.equals(found.get(0).version)) {
                found.add(other);
            }
        }
        return found;
    }

    /**
     * Finds the JDK that a user means: a number such as 25 is the running one if it is a 25, else what JAVA25_HOME names;
     * anything else is a home folder.
     *
     * @throws IllegalArgumentException when a number leads nowhere
     * @throws IOException when a folder holds no JDK
     */
    static Jdk named(String text, Path running, Map<String, String> environment) throws IOException {
        if (!text.matches("\\d+")) {
            return at(Path.of(text));
        }
        Jdk current = at(running);
        if (current.feature() == Integer.parseInt(text)) {
            return current;
        }
        String variable = "JAVA" + text + "_HOME";
        String home = environment.get(variable);
        if (home == null || home.isEmpty()) {
            throw new IllegalArgumentException("No JDK " + text + " is known: this is " + current.version + " and "
                    + variable + " is not set. Set it to the home of one, or give that folder to --jdk.");
        }
        return at(Path.of(home));
    }

    /**
     * The JDKs that {@code --jdk} names.
     *
     * @param names numbers or home folders; empty for the defaults
     * @param every whether the defaults are all that are known, or the running one alone
     * @throws IllegalArgumentException when a number leads nowhere
     * @throws IOException when a folder holds no JDK
     */
    static List<Jdk> chosen(List<String> names, boolean every) throws IOException {
        Path running = Path.of(System.getProperty("java.home"));
        if (names.isEmpty()) {
            List<Jdk> known = defaults(running, System.getenv());
            return every ? known : known.subList(0, 1);
        }
        List<Jdk> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(named(name.trim(), running, System.getenv()));
        }
        return chosen;
    }

    private static Jdk at(Path home) throws IOException {
        Path release = home.resolve("release");
        if (Files.isReadable(release)) {
            Matcher version = VERSION.matcher(Files.readString(release));
            if (version.find()) {
                return new Jdk(home, version.group(1));
            }
        }
        throw new IOException("No JDK at " + home + ": its release file is missing. Give the home folder of a JDK.");
    }

    /** 17, 21, 25. */
    int feature() {
        return Integer.parseInt(version.split("[.+-]", 2)[0]);
    }
}
