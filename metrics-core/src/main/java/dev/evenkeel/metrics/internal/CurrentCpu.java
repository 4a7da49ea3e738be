package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Internal. Asks Linux which processor the calling thread runs on, where the JDK (22 or newer) can call {@code sched_getcpu} and
 * was started with native access for this code. Never asks for an access that would make the JDK print a warning.
 *
 * <p>Thread-safe; allocates nothing; some nanoseconds.
 */
final class CurrentCpu {
    /*
     * Everything by reflection, because the classes are compiled for 17, where java.lang.foreign does not exist. The handle
     * is static and final, so that the compiler sees through it. The call is declared critical: it stays in Java's thread
     * state, which is right for a function that returns at once (on x86 it reads one register, in user mode).
     */

    private static final @Nullable MethodHandle CALL;
    private static final String PROBLEM;

    static {
        MethodHandle call = null;
        String problem = "";
        try {
            call = link();
        } catch (Unavailable e) {
            problem = String.valueOf(e.getMessage());
        } catch (Exception | LinkageError e) {
            problem = "sched_getcpu cannot be linked (" + e + ")";
        }
        CALL = call;
        PROBLEM = problem;
    }

    private CurrentCpu() {}

    /** Returns why the processor cannot be asked for; empty when it can. */
    static String problem() {
        return PROBLEM;
    }

    /** Returns the processor the calling thread ran on a moment ago; -1 when that cannot be asked for. */
    static int get() {
        MethodHandle call = CALL;
        if (call == null) {
            return -1;
        }
        try {
            return (int) call.invokeExact();
        } catch (Throwable impossible) {
            return -1;
        }
    }

    private static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1;

        Unavailable(String message) {
            super(message);
        }
    }

    private static MethodHandle link() throws Unavailable, ReflectiveOperationException {
        if (Runtime.version().feature() < 22) {
            throw new Unavailable(
                    "JDK " + Runtime.version().feature() + " cannot call sched_getcpu; JDK 22 or newer can");
        }
        Module module = CurrentCpu.class.getModule();
        if (!(boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(module)) {
            throw new Unavailable("native access is not enabled; start the JVM with --enable-native-access="
                    + (module.isNamed() ? module.getName() : "ALL-UNNAMED"));
        }
        Class<?> linkerType = Class.forName("java.lang.foreign.Linker");
        Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
        Class<?> layout = Class.forName("java.lang.foreign.MemoryLayout");
        Class<?> function = Class.forName("java.lang.foreign.FunctionDescriptor");
        Class<?> option = Class.forName("java.lang.foreign.Linker$Option");
        Object linker = linkerType.getMethod("nativeLinker").invoke(null);
        Object symbols = linkerType.getMethod("defaultLookup").invoke(linker);
        Optional<?> symbol = (Optional<?>) Class.forName("java.lang.foreign.SymbolLookup")
                .getMethod("find", String.class)
                .invoke(symbols, "sched_getcpu");
        if (symbol.isEmpty()) {
            throw new Unavailable("the C library has no sched_getcpu, which only Linux offers");
        }
        Object returnsInt = function.getMethod("of", layout, layout.arrayType())
                .invoke(
                        null,
                        Class.forName("java.lang.foreign.ValueLayout")
                                .getField("JAVA_INT")
                                .get(null),
                        Array.newInstance(layout, 0));
        Object options = Array.newInstance(option, 1);
        Array.set(options, 0, option.getMethod("critical", boolean.class).invoke(null, false));
        MethodHandle call = (MethodHandle) linkerType
                .getMethod("downcallHandle", segment, function, option.arrayType())
                .invoke(linker, symbol.get(), returnsInt, options);
        return call.asType(MethodType.methodType(int.class));
    }
}
