package dev.evenkeel.scenario;

import java.util.List;
import java.util.stream.Collectors;

/** The scenarios of this module. */
public final class Scenarios {
    private static final List<Scenario> ALL = List.of(CasCollapse.lockstep(), RetryStorm.afterOutage());

    private Scenarios() {}

    /** Every scenario whose outcome is the same on every machine. */
    public static List<Scenario> all() {
        return ALL;
    }

    /**
     * The scenario of a name.
     *
     * @throws IllegalArgumentException when there is none; the message lists those there are
     */
    public static Scenario named(String name) {
        return ALL.stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no scenario \"" + name + "\". Choose one of: "
                        + ALL.stream().map(Scenario::name).collect(Collectors.joining(", ")) + "."));
    }
}
