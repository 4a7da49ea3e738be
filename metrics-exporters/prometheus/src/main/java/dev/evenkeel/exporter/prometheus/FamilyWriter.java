package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks collects and keeps what was encoded of each family and series, so that it need not be encoded again. A wire says how to
 * encode and what to write.
 *
 * @param <B> what heads of series are encoded into
 * @param <T> what else is kept of a series
 * @param <F> what is kept of a family
 */
abstract class FamilyWriter<B extends GrowingBytes, T, F extends KnownFamily<B, T>> implements CollectVisitor {
    private static final Logger LOG = System.getLogger(FamilyWriter.class.getName());

    private static final byte[] NO_BYTES = {};

    private long collect;
    private Set<String> wanted = Set.of();

    private final Map<MetricDescriptor, F> families = new IdentityHashMap<>();
    private final Map<String, F> owners = new HashMap<>();
    private int familiesSeen;

    private @Nullable F family;
    private boolean begun;

    /** Where families encode their first heads, one after the other; only during a collect. */
    private byte[] scratch = NO_BYTES;

    private boolean lent;

    /** Encodes what is the same for all series of a family. */
    abstract F encode(MetricDescriptor descriptor);

    /**
     * Appends what is the same in all collects of a series, its head; and returns what else is to be kept of it, if anything.
     *
     * @param heads left alone where a wire has no bytes
     */
    abstract @Nullable T encode(F family, Series series, B heads);

    /** Writes the beginning of a family, of which a series follows. */
    abstract void beginFamily(F family);

    /** Writes the end of a family that was begun; or takes it back, when nobody asked for it. */
    abstract void endFamily(F family, boolean wanted);

    /** How this wire is called in a sentence. */
    abstract String wire();

    /**
     * Restricts the collects from now on to families of which one sample, or the family itself, has one of these names; none for
     * all families.
     */
    final void only(Set<String> names) {
        wanted = names;
    }

    @Override
    public void begin(long epochMillis) {
        collect++;
        familiesSeen = 0;
        abandon();
        begun = false;
    }

    /** Ends the family that a collect which ended with an exception left open. */
    private void abandon() {
        F f = family;
        if (f != null && lent) {
            f.list.giveBack();
        }
        lent = false;
        family = null;
    }

    @Override
    public final void family(MetricDescriptor descriptor) {
        endFamily();
        F next = families.get(descriptor);
        if (next == null) {
            next = newFamily(descriptor);
        }
        if (next.seen != collect) {
            next.seen = collect;
            familiesSeen++;
        }
        next.list.begin();
        lent = next.list.borrow(scratch);
        family = next;
    }

    private void endFamily() {
        F f = family;
        if (f != null) {
            if (lent) {
                scratch = f.list.giveBack();
                lent = false;
            }
            f.list.end();
        }
        if (begun && f != null) {
            // What nobody wants is written too, and dropped: so what is known stays in step with the registry.
            endFamily(f, wanted.isEmpty() || f.isOneOf(wanted));
        }
        begun = false;
    }

    private F newFamily(MetricDescriptor descriptor) {
        F fresh = encode(descriptor);
        for (String name : fresh.sampleNames()) {
            F owner = owners.get(name);
            boolean successor = owner != null && owner.descriptor.name().equals(descriptor.name());
            if (owner != null && !successor) { // within a registry a name is unique: a successor comes from another one
                fresh.hidden = true;
                LOG.log(
                        Level.WARNING,
                        "Metric \"" + descriptor.name() + "\" is left out of the " + wire()
                                + ": its samples would be called " + name + " there, as those of \""
                                + owner.descriptor.name() + "\" are already. Rename one of the two. Logged once.");
                break;
            }
        }
        if (!fresh.hidden) {
            fresh.sampleNames().forEach(name -> owners.put(name, fresh));
        }
        families.put(descriptor, fresh);
        return fresh;
    }

    /** Returns the family that series follow of now, begun; null when it is left out. */
    final @Nullable F family() {
        F f = family;
        if (f == null || f.hidden) {
            return null;
        }
        if (!begun) {
            begun = true;
            beginFamily(f);
        }
        return f;
    }

    /** Returns what was kept of a series by a wire that keeps something of each. */
    final T kept(F f, Series series) {
        return Objects.requireNonNull(f.list.kept(known(f, series)), "kept");
    }

    /** Returns the place of a series in the list of its family, encoded. */
    final int known(F f, Series series) {
        int place = f.list.next(series);
        if (place >= 0) {
            return place;
        }
        T kept = encode(f, series, f.list.heads());
        place = f.list.add(series);
        if (kept != null) {
            f.list.keep(place, kept);
        }
        return place;
    }

    @Override
    public void end() {
        endFamily();
        scratch = NO_BYTES;
        if (families.size() > familiesSeen) {
            families.values().removeIf(f -> f.seen != collect);
            owners.values().removeIf(f -> f.seen != collect);
            families.values().removeIf(f -> f.hidden && isFree(f)); // looked at anew in the next collect
        }
    }

    private boolean isFree(F f) {
        for (String name : f.sampleNames()) {
            if (owners.containsKey(name)) {
                return false;
            }
        }
        return true;
    }
}
