package dev.evenkeel.payments;

import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Settings of a whole process, made once at the start of its {@code main}. */
final class ProcessSettings {
    /*
     * The JDK's server and client read these when their classes are loaded. -D on the command line wins.
     */
    private static final Map<String, String> PROPERTIES = Map.of(
            // Without it, an answer's last packet may wait 40 ms for a delayed acknowledgement of the one before.
            "sun.net.httpserver.nodelay", "true",
            // Seconds. The default of 30 closes a load generator's resting connections and reopens them later: the
            // number
            // of open files would follow the load. Callers of ours are few and known.
            "sun.net.httpserver.idleInterval", "3600",
            // The default of 200 closes each further connection as soon as it rests.
            "sun.net.httpserver.maxIdleConnections", "2048",
            // Seconds for a request to arrive in full, and for an answer to be taken: a caller that drips bytes holds a
            // reader no longer than this.
            "sun.net.httpserver.maxReqTime", "10",
            "sun.net.httpserver.maxRspTime", "30",
            // Seconds. JDK 17 keeps idle connections for 1 200, JDK 21 for 30: say it, so that both do the same.
            "jdk.httpclient.keepalive.timeout", "3600");

    private ProcessSettings() {}

    static void apply() {
        PROPERTIES.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        // The libraries' own news (pool started, PostgreSQL unpacked) would drown the few lines that matter.
        if (System.getProperty("java.util.logging.config.file") == null) {
            Logger root = Logger.getLogger("");
            root.setLevel(Level.WARNING);
            for (var handler : root.getHandlers()) {
                if (handler instanceof ConsoleHandler) {
                    handler.setLevel(Level.WARNING);
                }
            }
        }
    }

    /** Ends the process by force if stopping takes longer than this. */
    static void haltAfterSeconds(int seconds) {
        Thread halt = new Thread(
                () -> {
                    try {
                        Thread.sleep(seconds * 1_000L);
                    } catch (InterruptedException e) {
                        return;
                    }
                    System.err.println("Stopping took longer than " + seconds + " s: ending by force.");
                    Runtime.getRuntime().halt(1);
                },
                "stop-deadline");
        halt.setDaemon(true);
        halt.start();
    }
}
