package dev.evenkeel.payments.plant;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Class loaders that cannot go, as those of a plug-in or a script that is loaded anew each time: someone keeps a class of
 * each, and with it the loader and whatever the class holds in its static fields.
 */
public final class PlantedLoaderLeak extends Plant {
    private final byte[] code;
    private final List<Class<?>> kept = new ArrayList<>();

    PlantedLoaderLeak(double loadersPerHour) throws IOException {
        super(loadersPerHour);
        try (InputStream in = PlugIn.class.getResourceAsStream("PlantedLoaderLeak$PlugIn.class")) {
            if (in == null) {
                throw new IOException(
                        "The code of " + PlugIn.class.getName()
                                + " is not on the class path, so no copy of it can be loaded. Run from the jar as it was built.");
            }
            code = in.readAllBytes();
        }
    }

    @Override
    long plant(long owed) {
        for (long i = 0; i < owed; i++) {
            try {
                kept.add(Class.forName(PlugIn.class.getName(), true, new PlugInLoader(code)));
            } catch (ClassNotFoundException e) {
                throw new UncheckedIOException(new IOException("a loader does not load what it defines", e));
            }
        }
        return Math.max(owed, 0);
    }

    /** One class of each loader. */
    List<Class<?>> kept() {
        return kept;
    }

    /** Lets go of everything. For tests. */
    void forget() {
        kept.clear();
    }

    /** What is loaded again and again: it keeps a table in a static field, as plug-ins do. */
    static final class PlugIn {
        static final byte[] TABLE = new byte[16 * 1024];

        private PlugIn() {}
    }

    /** Defines {@link PlugIn} itself and leaves everything else to its parent. */
    static final class PlugInLoader extends ClassLoader {
        private final byte[] code;

        PlugInLoader(byte[] code) {
            super(PlantedLoaderLeak.class.getClassLoader());
            this.code = code;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(PlugIn.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : defineClass(name, code, 0, code.length);
            }
        }
    }
}
