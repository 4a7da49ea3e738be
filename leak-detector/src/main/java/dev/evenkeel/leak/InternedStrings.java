package dev.evenkeel.leak;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** How many strings the JVM's own string table holds, and how large they are. */
final class InternedStrings {
    /*
     * Whoever compiles a method makes strings of its constants, messages of exceptions never thrown included, and the table
     * keeps them. So while code warms up there are some more strings after every round, whatever the round did: 6, 10, 12,
     * 28 and 10 in five rounds of a logging loop (JDK 17.0.15, parallel collector). No other class does that.
     */

    private static final Pattern LITERALS = Pattern.compile("Number of literals\\s*:\\s*(\\d+)\\s*=\\s*(\\d+) bytes");

    private InternedStrings() {}

    /** Count and bytes, objects and arrays together; null where the JVM does not tell. */
    static long @Nullable [] read() {
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            Object text = server.invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "vmStringtable",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
            return parse(String.valueOf(text));
        } catch (JMException | RuntimeException notTold) {
            return null;
        }
    }

    static long @Nullable [] parse(String statistics) {
        Matcher literals = LITERALS.matcher(statistics);
        return literals.find()
                ? new long[] {Long.parseLong(literals.group(1)), Long.parseLong(literals.group(2))}
                : null;
    }
}
