package dev.evenkeel.leak;

import java.lang.management.ManagementFactory;
import java.lang.ref.SoftReference;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;

/** Makes the JVM give up what is only softly reachable, as it would before it ran out of heap. */
final class SoftReferences {
    /*
     * A full collection keeps soft references; the JVM clears them before it throws OutOfMemoryError. So one array is asked
     * for that can never fit: the collector clears, fails, and throws to this thread alone, while the heap
     * stays as free as it was for everybody else.
     */

    private static final long LARGEST_ARRAY_BYTES = 8L * (Integer.MAX_VALUE - 8);
    private static final String[] DRASTIC = {
        "HeapDumpOnOutOfMemoryError", "ExitOnOutOfMemoryError", "CrashOnOutOfMemoryError", "OnOutOfMemoryError"
    };

    private SoftReferences() {}

    /** Clears soft references; says in a sentence why it did not, or returns "" when it did. Blocks for a full collection. */
    static String clear() {
        if (Runtime.getRuntime().maxMemory() >= LARGEST_ARRAY_BYTES - (1L << 30)) {
            return "soft references were not cleared: the heap limit is so high that no array exceeds it; use -Xmx14g or less";
        }
        for (String flag : DRASTIC) {
            if (isSet(flag)) {
                return "soft references were not cleared, because of -XX:" + flag;
            }
        }
        SoftReference<Object> sentinel = new SoftReference<>(new Object());
        long[] never = null;
        try {
            never = new long[Integer.MAX_VALUE - 8];
        } catch (OutOfMemoryError expected) {
            // the point of it
        }
        boolean cleared = sentinel.get() == null;
        return never != null || !cleared ? "soft references were not cleared: this JVM kept them" : "";
    }

    private static boolean isSet(String flag) {
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            CompositeData option = (CompositeData) server.invoke(
                    new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                    "getVMOption",
                    new Object[] {flag},
                    new String[] {String.class.getName()});
            String value = String.valueOf(option.get("value"));
            return !value.isEmpty() && !value.equals("false");
        } catch (JMException | RuntimeException unknown) {
            return !(unknown.getCause() instanceof IllegalArgumentException); // a flag this JVM has not cannot be set
        }
    }
}
