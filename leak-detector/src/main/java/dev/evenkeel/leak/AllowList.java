package dev.evenkeel.leak;

import java.util.List;
import java.util.regex.Pattern;

/** The patterns of one resource, compiled. Safe from any thread; asking allocates a matcher for each pattern. */
final class AllowList {
    static final AllowList NONE = new AllowList(List.of());

    private final List<Pattern> patterns;

    private AllowList(List<Pattern> patterns) {
        this.patterns = patterns;
    }

    static AllowList of(LeakOptions options, Resource resource) {
        List<Pattern> patterns = options.allowed().stream()
                .filter(a -> a.resource() == resource)
                .map(Allowed::compiled)
                .toList();
        return patterns.isEmpty() ? NONE : new AllowList(patterns);
    }

    boolean allows(String name) {
        for (int i = 0; i < patterns.size(); i++) {
            if (patterns.get(i).matcher(name).matches()) {
                return true;
            }
        }
        return false;
    }
}
