package dev.evenkeel.cli.audit;

import dev.evenkeel.exporter.prometheus.audit.Finding;
import dev.evenkeel.exporter.prometheus.audit.Rule;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One {@code --allow RULE[=REGEX][#REASON]}: findings of a rule that somebody decided to live with.
 *
 * @param places what the whole of {@link Finding#place()} or the name of the family must match; null for any
 * @param reason why; empty if none was given
 */
record Allowance(Rule rule, @Nullable Pattern places, String reason) {
    /** @throws IllegalArgumentException with a sentence for the user */
    static Allowance parse(String given) {
        int hash = given.indexOf('#');
        String reason = hash < 0 ? "" : given.substring(hash + 1).strip();
        String what = (hash < 0 ? given : given.substring(0, hash)).strip();
        int equals = what.indexOf('=');
        String id = equals < 0 ? what : what.substring(0, equals);
        Rule rule = Rule.of(id)
                .orElseThrow(
                        () -> new IllegalArgumentException("--allow: there is no rule \"" + id + "\". Choose one of: "
                                + Arrays.stream(Rule.values()).map(Rule::id).collect(Collectors.joining(", ")) + "."));
        try {
            return new Allowance(rule, equals < 0 ? null : Pattern.compile(what.substring(equals + 1)), reason);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("--allow: \"" + what.substring(equals + 1)
                    + "\" is no regular expression: " + e.getDescription() + ".");
        }
    }

    boolean covers(Finding finding) {
        return finding.rule() == rule
                && (places == null
                        || places.matcher(finding.place()).matches()
                        || places.matcher(finding.family()).matches());
    }

    /** The rule, its pattern and its reason, as one line of a report. */
    String words() {
        return rule.id() + (places == null ? "" : "=" + places.pattern()) + ": "
                + (reason.isEmpty() ? "no reason given" : reason);
    }
}
