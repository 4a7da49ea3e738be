package dev.evenkeel.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** What is registered with a registry, each name once. Registering takes a lock; who reads takes the array of the moment. */
final class Families {
    private final Core core;
    private final int cardinalityLimit;
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<String, Family> byName = new TreeMap<>();
    private volatile Family[] all = {};
    private final ObservedIndices observedIndices = new ObservedIndices();

    /** Whether what is registered now describes the registry; under the lock. */
    private boolean describingItself;

    private volatile long overflowedValuesAtClose;

    Families(Core core, int cardinalityLimit) {
        this.core = core;
        this.cardinalityLimit = cardinalityLimit;
    }

    int cardinalityLimit() {
        return cardinalityLimit;
    }

    /** Returns what is registered, in order of name. Not to be changed. */
    Family[] all() {
        return all;
    }

    <T extends Series> InstrumentFamily<T> register(
            InstrumentType<T> type,
            MetricDescriptor descriptor,
            int digits,
            int limit,
            long idleNanos,
            boolean anyLabels) {
        String setting = anyLabels ? Family.withAnyLabels(type.setting()) : type.setting();
        Family family = register(type.word(), setting, descriptor, () -> {
            InstrumentFamily<T> fresh = new InstrumentFamily<>(
                    core, type, descriptor, digits, limit, idleNanos, describingItself, anyLabels);
            reserve(type.word(), descriptor.name(), fresh.baseBytes());
            return fresh;
        });
        @SuppressWarnings("unchecked") // the same word is the same type
        InstrumentFamily<T> typed = (InstrumentFamily<T>) family;
        return typed;
    }

    ObservedFamily registerObserved(MetricDescriptor descriptor, boolean anyLabels) {
        String word = descriptor.kind() == Kind.COUNTER ? "observed counter" : "observed gauge";
        String setting = anyLabels ? Family.withAnyLabels("") : "";
        return (ObservedFamily) register(word, setting, descriptor, () -> {
            reserve(word, descriptor.name(), Family.BASE_BYTES);
            int limit = describingItself
                    ? Integer.MAX_VALUE
                    : cardinalityLimit; // what the registry says of itself is bounded as it is
            return new ObservedFamily(core, descriptor, limit, observedIndices, describingItself, anyLabels);
        });
    }

    private Family register(String word, String setting, MetricDescriptor descriptor, Supplier<Family> fresh) {
        lock.lock();
        try {
            refuseWhenClosed(word, descriptor.name());
            Family family = byName.get(descriptor.name());
            if (family == null) {
                family = fresh.get();
                byName.put(descriptor.name(), family);
                publish();
            } else if (!family.sameShape(word, setting, descriptor)) {
                throw new IllegalArgumentException(family.conflict(word, setting, descriptor));
            }
            return family;
        } finally {
            lock.unlock();
        }
    }

    /** Registers all members of a group, or none. */
    CounterGroup registerGroup(String name, List<MetricDescriptor> members) {
        lock.lock();
        try {
            refuseWhenClosed("counter group", name);
            for (MetricDescriptor member : members) {
                Family family = byName.get(member.name());
                if (family instanceof GroupFamily known && known.group.hasShape(members)) {
                    return known.group;
                }
                if (family != null) {
                    throw new IllegalArgumentException(family.conflict(GroupFamily.WORD, "", member));
                }
            }
            reserve("counter group", name, CounterGroup.bytes(members.size()));
            CounterGroup group = new CounterGroup(core, name, members);
            for (GroupFamily family : group.families()) {
                byName.put(family.descriptor.name(), family);
            }
            publish(); // one write: no collect sees a part of the group
            return group;
        } finally {
            lock.unlock();
        }
    }

    /** Runs something that registers what the registry says of itself; nobody else registers meanwhile. */
    <R> R describingItself(Supplier<R> registering) {
        lock.lock();
        boolean before = describingItself;
        try {
            describingItself = true;
            return registering.get();
        } finally {
            describingItself = before;
            lock.unlock();
        }
    }

    void refuseWhenClosed(String word, String name) {
        if (core.slabs().closed()) {
            throw new IllegalStateException("Cannot register " + word + " \"" + name
                    + "\": the registry is closed, and what it counted would reach nobody. Register instruments "
                    + "before close(), or create a new registry.");
        }
    }

    private void reserve(String word, String name, long bytes) {
        if (!core.budget().tryReserveFamily(bytes)) {
            throw new IllegalStateException("Cannot register " + word + " \"" + name + "\": the registry holds "
                    + core.budget().used() + " of at most " + core.budget().maxBytes()
                    + " bytes, and memory is a promise it keeps. Raise maxBytes(..), or register fewer instruments.");
        }
    }

    private void publish() {
        all = byName.values().toArray(new Family[0]);
    }

    List<MetricDescriptor> descriptors() {
        List<MetricDescriptor> descriptors = new ArrayList<>();
        for (Family family : all) {
            descriptors.add(family.descriptor);
        }
        return descriptors;
    }

    int seriesCount() {
        int count = 0;
        for (Family family : all) {
            count += family.size();
        }
        return count;
    }

    /** Returns how many series were evicted so far. */
    long evictedCount() {
        long count = 0;
        for (Family family : all) {
            if (family instanceof InstrumentFamily<?> instruments) {
                count += instruments.evictedSeries();
            }
        }
        return count;
    }

    /** Returns how many measurements overflow series have, those of histograms as the histograms count them. */
    long overflowed() {
        long sum = core.overflowed().sum();
        return sum + (core.slabs().closed() ? overflowedValuesAtClose : overflowedValues());
    }

    private long overflowedValues() {
        long sum = 0;
        for (Family family : all) {
            sum += family.overflowedValues();
        }
        return sum;
    }

    /** Closes the cells, by what is given, and forgets all but what the registry observes of itself. */
    void close(Runnable closing) {
        lock.lock();
        try {
            if (!core.slabs().closed()) {
                overflowedValuesAtClose = overflowedValues();
            }
            closing.run();
            byName.values().removeIf(family -> !family.self || family instanceof InstrumentFamily);
            publish();
        } finally {
            lock.unlock();
        }
    }
}
