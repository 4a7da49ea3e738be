package dev.evenkeel.metrics;

import java.util.Arrays;
import java.util.List;

/** All series of one name. */
abstract sealed class Family permits InstrumentFamily, ObservedFamily, GroupFamily, ForeignFamily {
    /** What a family is taken to cost. */
    static final long BASE_BYTES = 512;

    /** What a series costs beside its object, cells and label values: its places in a table at most half full and in a list. */
    static final long SERIES_BYTES = 24;

    private static final String ANY_LABELS = "labels of any names";

    final Core core;

    final MetricDescriptor descriptor;

    /** Registered by the registry about itself; still collected after close. */
    final boolean self;

    /** Whether each series has label names of its own, kept before their values; the descriptor has none then. */
    final boolean anyLabels;

    Family(Core core, MetricDescriptor descriptor, boolean self, boolean anyLabels) {
        this.core = core;
        this.descriptor = descriptor;
        this.self = self;
        this.anyLabels = anyLabels;
    }

    /** Returns what it is in messages: "counter", "observed gauge". */
    abstract String word();

    /** Returns what sets it apart from others of its word: "cap of 100"; empty for nothing. */
    String setting() {
        return "";
    }

    /** Returns how many measurements its overflow series has that nobody else counts as overflowed. */
    long overflowedValues() {
        return 0;
    }

    /** Returns whether a slice of one of its windows has ended. */
    boolean due(long nanos) {
        return false;
    }

    /** Takes the slices that have ended. */
    void tick(CollectBuffer buffer) {
        // No windows here.
    }

    /** Returns the number of series. */
    abstract int size();

    /** Counts a series that went, and what it had counted. Under the collectors' lock. */
    void evicted(long total) {
        throw new IllegalStateException("nothing is evicted here");
    }

    /** Evicts what has been idle, lists again what is recorded to. Under the collectors' lock, while nobody visits. */
    abstract void tend(CollectBuffer buffer, long nowNanos);

    /** Keeps for the visit the series there are now. Under the collectors' lock. */
    abstract void list(CollectBuffer buffer, int place);

    /** Returns whether this collect has a series to show. */
    abstract boolean visible(CollectBuffer buffer);

    /** Reads callbacks. Runs before any lock is taken. */
    abstract void observe(CollectBuffer buffer);

    abstract void visit(CollectVisitor visitor, CollectBuffer buffer);

    /** Returns the message for somebody who asks for this name as something else. */
    String conflict(String wantedWord, String wantedSetting, MetricDescriptor wanted) {
        String name = descriptor.name();
        if (!wantedWord.equals(word())) {
            return "Cannot register " + wantedWord + " \"" + name + "\": " + article(word()) + " " + word()
                    + " of that name exists (" + shape(descriptor, setting()) + "). One name has one type in every "
                    + "exposition format. Rename one of them, or fetch the existing one with registry." + method(word())
                    + "(\"" + name + "\").";
        }
        return "Cannot register " + wantedWord + " \"" + name + "\" (" + shape(wanted, wantedSetting)
                + "): it exists as (" + shape(descriptor, setting()) + "). "
                + (sameSeries(wanted)
                        ? "One name has one instrument, and it keeps what it was registered with. "
                        : "One name has one unit and one set of labels in every exposition format. ")
                + "Rename one of them, or ask for the existing one as it is.";
    }

    boolean sameShape(String wantedWord, String wantedSetting, MetricDescriptor wanted) {
        return wantedWord.equals(word()) && wantedSetting.equals(setting()) && sameSeries(wanted);
    }

    /** Returns the setting of a family with labels of any names: nobody who asks for fixed ones gets it. */
    static String withAnyLabels(String setting) {
        return setting.isEmpty() ? ANY_LABELS : ANY_LABELS + ", " + setting;
    }

    private boolean sameSeries(MetricDescriptor wanted) {
        return wanted.unit().equals(descriptor.unit()) && wanted.labelNames().equals(descriptor.labelNames());
    }

    private static String shape(MetricDescriptor d, String setting) {
        return "unit " + (d.unit().isEmpty() ? "none" : d.unit())
                + (setting.startsWith(ANY_LABELS)
                        ? ""
                        : d.labelNames().isEmpty() ? ", no labels" : ", labels " + d.labelNames())
                + (setting.isEmpty() ? "" : ", " + setting);
    }

    static String article(String word) {
        return "aeiou".indexOf(word.charAt(0)) >= 0 ? "an" : "a";
    }

    /** Returns the registry's method for a word. */
    private static String method(String word) {
        return switch (word) {
            case "observed counter" -> "observedCounter";
            case "observed gauge" -> "observedGauge";
            case "double counter" -> "doubleCounter";
            case "up-down counter" -> "upDownCounter";
            case "in-flight gauge" -> "inFlight";
            case "max tracker" -> "maxTracker";
            case "min tracker" -> "minTracker";
            case "capped counter" -> "cappedCounter";
            default -> word;
        };
    }

    /** Returns the message for the wrong number of label values. */
    static String wrongCount(String name, List<String> labelNames, String... values) {
        return "Cannot find a series of \"" + name + "\": it has " + count(labelNames.size(), "label") + " "
                + labelNames + ", and got " + count(values.length, "value") + " " + Arrays.toString(values)
                + ". A series needs one value for each label, in the declared order.";
    }

    /** Returns what to throw at somebody who gives values alone where each series names its labels. */
    static IllegalArgumentException anyLabels(MetricDescriptor descriptor) {
        return new IllegalArgumentException("Cannot find a series of \"" + descriptor.name()
                + "\" by label values alone: it was registered with anyLabels(), so each series has names of its own. Pass "
                + "Labels.of(name, value, ..).");
    }

    /** Returns what to throw at somebody who gives names where they are fixed. */
    static IllegalArgumentException fixedLabels(MetricDescriptor descriptor) {
        return new IllegalArgumentException("Cannot find a series of \"" + descriptor.name()
                + "\" by names and values: its label names are fixed, " + descriptor.labelNames()
                + ". Pass one value for each, or register it with anyLabels().");
    }

    private static String count(int n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }
}
