package dev.evenkeel.metrics.slo;

import dev.evenkeel.metrics.NanoClock;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps histories in a file, as far as there is one that can be used; says in the log what it could not do, and counts it. One
 * thread at a time, but for {@link #errors}.
 */
final class SloKeeper {
    private static final Logger LOG = System.getLogger(SloMonitor.class.getName());

    private final RareLog rarely;
    private final @Nullable SloStateFile file;
    private volatile long errors;

    /** @param path null for none */
    SloKeeper(@Nullable Path path, NanoClock clock) {
        this.rarely = new RareLog(LOG, clock);
        this.file = path == null ? null : open(path);
    }

    private @Nullable SloStateFile open(Path path) {
        try {
            SloStateFile opened = SloStateFile.open(path);
            if (opened.owned()) {
                return opened;
            }
            errors++;
            LOG.log(
                    Level.WARNING,
                    "SLO state " + path + " belongs to another process, or to another monitor of this one: two "
                            + "writers would each undo what the other saw. This monitor starts with nothing and keeps nothing. Give "
                            + "each process a file of its own.");
            return null;
        } catch (IOException e) {
            errors++;
            LOG.log(
                    Level.WARNING,
                    "Cannot use SLO state " + path + ": " + e + ". This monitor starts with nothing and keeps "
                            + "nothing, so each restart will forget the spent budget. Make its folder writable.");
            return null;
        }
    }

    /** Returns the histories of those objectives that the file knows as they are. */
    Map<Slo, SloHistory> load(List<Slo> slos) {
        Map<Slo, SloHistory> restored = new LinkedHashMap<>();
        SloStateFile from = file;
        if (from == null) {
            return restored;
        }
        try {
            byte[] bytes = from.read();
            if (bytes == null) {
                return restored;
            }
            Map<String, SloState.Part> parts = SloState.parse(bytes);
            for (Slo slo : slos) {
                SloState.Part part = parts.get(slo.name());
                if (part == null) {
                    continue; // it is new
                }
                if (part.fingerprint().equals(slo.fingerprint())) {
                    restored.put(slo, part.toHistory(slo));
                } else {
                    LOG.log(
                            Level.WARNING,
                            "SLO \"" + slo.name() + "\" starts anew: the readings in " + from.path()
                                    + " are about another objective (" + part.fingerprint() + "), this one is "
                                    + slo.fingerprint() + ". slo.observed_span says how much has been seen of it.");
                }
            }
        } catch (IOException | SloState.Unusable e) {
            restored.clear();
            errors++;
            LOG.log(
                    Level.WARNING,
                    "Cannot use SLO state " + from.path() + ": " + e.getMessage()
                            + ". All objectives start with nothing seen; slo.observed_span says how much has been seen since. "
                            + setAside(from));
        }
        return restored;
    }

    private static String setAside(SloStateFile from) {
        try {
            return "The file is kept as " + from.setAside() + "; restore a copy of an earlier one, or delete it.";
        } catch (IOException e) {
            return "The file will be replaced.";
        }
    }

    /** Returns whether there is any use in encoding a state. */
    boolean keeps() {
        return file != null;
    }

    void save(byte... state) {
        SloStateFile target = file;
        if (target == null) {
            return;
        }
        try {
            target.write(state);
        } catch (IOException e) {
            errors++;
            if (rarely.mayLog()) {
                rarely.log("Cannot write SLO state " + target.path() + ": " + e
                        + ". A restart would forget what was seen since the last write. Free space in its folder, or make "
                        + "it writable. Tried again in a minute.");
            }
        }
    }

    /** Lets go of the file, so that another monitor may have it. */
    void close() {
        SloStateFile target = file;
        try {
            if (target != null) {
                target.close();
            }
        } catch (IOException e) {
            errors++;
        }
    }

    /** Returns how often the file could not be read or written. Any thread. */
    long errors() {
        return errors;
    }
}
