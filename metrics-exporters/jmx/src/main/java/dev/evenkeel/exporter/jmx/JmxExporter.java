package dev.evenkeel.exporter.jmx;

import dev.evenkeel.exporter.jmx.JmxReading.Family;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.name.WireNames;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Shows a registry as MBeans, one per metric family, named {@code dev.evenkeel:type=Metric,name=…,instance=…}.
 *
 * <p>A family without labels has the one attribute {@code value}; any other has an attribute per series, named by its labels
 * with quoted values ({@code route="/pay",status="201"}). A histogram is a composite, and each item of it an attribute of its own
 * ({@code value.p99}), for consoles that draw numbers only. {@code table} holds all series of a family as rows. Names that hold a character with a meaning in object names are
 * quoted ({@link ObjectName#quote}).
 *
 * <p>Thread-safe. Values are of a collect that is at most {@link Builder#freshness} old, and all values that one call reads
 * are of one collect. A read that finds none so fresh walks the registry, and registers what families appeared since; the
 * others of that moment wait for it. {@link #close} removes every MBean.
 */
public final class JmxExporter implements AutoCloseable {
    static final String DOMAIN = "dev.evenkeel";

    /** One walk for a client that goes through all MBeans; consoles ask every few seconds. */
    private static final Duration DEFAULT_FRESHNESS = Duration.ofSeconds(1);

    private static final AtomicInteger INSTANCES = new AtomicInteger();

    private final MetricRegistry registry;
    private final MBeanServer server;
    private final String instance;
    private final long freshnessNanos;
    private final NanoClock clock;

    /** Guards all below. Not held while the MBean server is called: it calls back, under locks of its own. */
    private final Object lock = new Object();

    private final Map<Series, JmxReading.Named> names = new WeakHashMap<>();
    private final Map<String, ObjectName> registered = new TreeMap<>();
    private @Nullable JmxReading reading;
    private long readAtNanos;
    private boolean closed;

    private JmxExporter(MetricRegistry registry, Builder builder) {
        this.registry = registry;
        this.server = builder.server;
        this.instance = builder.instance == null ? Integer.toString(INSTANCES.incrementAndGet()) : builder.instance;
        this.freshnessNanos = builder.freshness.toNanos();
        this.clock = builder.clock;
    }

    /** Shows a registry on the platform's MBean server, under an instance number of its own. */
    public static JmxExporter register(MetricRegistry registry) {
        return builder(registry).register();
    }

    /** Begins a description; every setting has a default. */
    public static Builder builder(MetricRegistry registry) {
        return new Builder(registry);
    }

    /** Returns the instance key of all MBeans of this exporter. */
    public String instance() {
        return instance;
    }

    /** Returns the names of the MBeans that are registered now. */
    public List<ObjectName> names() {
        synchronized (lock) {
            return List.copyOf(registered.values());
        }
    }

    /**
     * Collects now, and registers MBeans for families that appeared since the last collect. Reads do this by themselves; call
     * it when a new family should be listed before any MBean is read.
     */
    public void refresh() {
        List<String> missing;
        synchronized (lock) {
            if (closed) {
                return;
            }
            missing = collect();
        }
        missing.forEach(this::add);
    }

    /** Call with the lock held. Returns families without an MBean. */
    private List<String> collect() {
        JmxReading fresh = new JmxReading(names);
        registry.collect(fresh);
        reading = fresh;
        readAtNanos = clock.nanos();
        List<String> missing = new ArrayList<>();
        for (String name : fresh.families().keySet()) {
            if (!registered.containsKey(name)) {
                missing.add(name);
            }
        }
        return missing;
    }

    private @Nullable Family family(String name) {
        List<String> missing = List.of();
        JmxReading current;
        synchronized (lock) {
            if (closed) {
                return null;
            }
            current = reading;
            if (current == null || clock.nanos() - readAtNanos >= freshnessNanos) {
                missing = collect();
                current = Objects.requireNonNull(reading, "reading");
            }
        }
        missing.forEach(this::add);
        return current.families().get(name);
    }

    private void add(String family) {
        ObjectName name = objectName(family);
        synchronized (lock) {
            if (closed || registered.putIfAbsent(family, name) != null) {
                return;
            }
        }
        try {
            server.registerMBean(new FamilyMBean(family, this::family), name);
        } catch (InstanceAlreadyExistsException e) {
            forget(family);
            throw new IllegalStateException(
                    "Cannot register " + name
                            + ": an MBean of that name exists, so another exporter uses the instance \"" + instance
                            + "\". Close that one, or choose another name with instance(..).",
                    e);
        } catch (JMException e) {
            forget(family);
            throw new IllegalStateException("Cannot register " + name + ": the MBean server refused it.", e);
        }
        boolean late;
        synchronized (lock) {
            late = closed; // close() may have come too early to see it
        }
        if (late) {
            remove(name);
        }
    }

    private void forget(String family) {
        synchronized (lock) {
            registered.remove(family);
        }
    }

    private ObjectName objectName(String family) {
        try {
            return new ObjectName(DOMAIN + ":type=Metric,name=" + WireNames.quotedForJmx(family) + ",instance="
                    + WireNames.quotedForJmx(instance));
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException("Quoting did not make \"" + family + "\" fit for an object name.", e);
        }
    }

    /** Removes every MBean. Idempotent; does not close the registry. A read that is under way ends with its values. */
    @Override
    public void close() {
        List<ObjectName> names;
        synchronized (lock) {
            closed = true;
            names = List.copyOf(registered.values());
            registered.clear();
            this.names.clear();
            reading = null;
        }
        names.forEach(this::remove);
    }

    private void remove(ObjectName name) {
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            // Somebody else removed it, or close() and a late registration both did: it is gone, as it should be.
        } catch (JMException e) {
            throw new IllegalStateException("Cannot unregister " + name + ": the MBean server refused.", e);
        }
    }

    /** Where to show a registry, and under which name. */
    public static final class Builder {
        private final MetricRegistry registry;
        private MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        private @Nullable String instance;
        private Duration freshness = DEFAULT_FRESHNESS;
        private NanoClock clock = NanoClock.system();

        private Builder(MetricRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /** The MBean server; the platform's unless set. */
        public Builder server(MBeanServer mbeanServer) {
            server = Objects.requireNonNull(mbeanServer, "mbeanServer");
            return this;
        }

        /** The instance key, so that two registries of one JVM do not collide; a number counted up unless set. */
        public Builder instance(String name) {
            if (name.isBlank()) {
                throw new IllegalArgumentException(
                        "Cannot use an empty instance name: it is what tells two registries of one"
                                + " JVM apart. Give it a name, or leave it out for a number.");
            }
            instance = name;
            return this;
        }

        /** How old a reading may be before a read collects again: zero or more; one second unless set. */
        public Builder freshness(Duration most) {
            if (most.isNegative() || most.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("Cannot keep readings for " + most
                        + ": they would be from the future, or too old to mean anything. Choose zero to a day.");
            }
            freshness = most;
            return this;
        }

        Builder clock(NanoClock nanoClock) {
            clock = nanoClock;
            return this;
        }

        /**
         * Registers an MBean for each family that there is.
         *
         * @throws IllegalStateException if another exporter uses the instance name; nothing is left registered then
         */
        public JmxExporter register() {
            JmxExporter exporter = new JmxExporter(registry, this);
            try {
                exporter.refresh();
            } catch (RuntimeException e) {
                exporter.close();
                throw e;
            }
            return exporter;
        }
    }
}
