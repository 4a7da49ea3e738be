package dev.evenkeel.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What tests need that start programs of their own. */
public final class TestJvm {
    private TestJvm() {}

    /** The {@code java} program that runs the test. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The folder of the test classes alone, for programs that need nothing but the JDK. */
    public static String testClasses() {
        try {
            return Path.of(TestJvm.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A command that runs a class of the test classes. */
    public static List<String> command(Class<?> main, Object... arguments) {
        List<String> words = new ArrayList<>(List.of(java(), "-cp", testClasses(), main.getName()));
        for (Object argument : arguments) {
            words.add(argument.toString());
        }
        return words;
    }

    /** A port of the loopback address that nobody listens at now. */
    public static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /** Whether a process of this machine has these words in its command line. */
    public static boolean runs(String words) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").contains(words));
    }
}
