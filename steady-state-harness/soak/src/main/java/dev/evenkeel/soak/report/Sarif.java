package dev.evenkeel.soak.report;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.Culprit;
import dev.evenkeel.soak.ResourceResult;
import dev.evenkeel.soak.RunResult;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The culprits whose line of source is known, in the Static Analysis Results Interchange Format 2.1.0 (OASIS), for the pages that
 * show findings beside the code. Without such a culprit it holds no results.
 *
 * <p>A file is named as its package says, {@code com/shop/Poller.java}, below the base {@code SRCROOT}: a running service does not
 * know where its sources lie.
 */
final class Sarif {
    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    /** {@code com.shop.Poller$1.run(Poller.java:31)}. */
    private static final Pattern AT = Pattern.compile("(([^()/]+)\\.[^.()]+)\\(([^():/]+):(\\d+)\\)");

    private Sarif() {}

    static String of(RunResult run) {
        List<ResourceResult> failing = run.resources().stream()
                .filter(r -> r.deciding() && r.drift().verdict() == Verdict.FAIL)
                .toList();
        JsonWriter json = new JsonWriter().beginObject();
        json.member("$schema", SCHEMA);
        json.member("version", "2.1.0");
        json.name("runs").beginArray().beginObject();
        json.name("tool").beginObject().name("driver").beginObject();
        json.member("name", "Evenkeel");
        json.name("rules").beginArray();
        for (ResourceResult r : failing) {
            json.beginObject();
            json.member("id", rule(r.name()));
            json.name("shortDescription").beginObject();
            json.member("text", r.title() + " grows beyond its budget under steady load.")
                    .endObject();
            json.endObject();
        }
        json.endArray().endObject().endObject();
        json.name("results").beginArray();
        for (Culprit c : run.culprits()) {
            Matcher at = AT.matcher(c.at());
            if (at.matches()) {
                result(json, run, c, at);
            }
        }
        json.endArray();
        json.member("columnKind", "utf16CodeUnits");
        return json.endObject().endArray().endObject().toString();
    }

    private static void result(JsonWriter json, RunResult run, Culprit c, Matcher at) {
        String type = at.group(2);
        String folder =
                type.contains(".") ? type.substring(0, type.lastIndexOf('.')).replace('.', '/') + "/" : "";
        String title = run.resources().stream()
                .filter(r -> r.name().equals(c.resource()))
                .map(r -> r.title().toLowerCase(Locale.ROOT))
                .findFirst()
                .orElse(c.resource());
        json.beginObject();
        json.member("ruleId", rule(c.resource()));
        json.member("level", "error");
        json.name("message").beginObject();
        json.member("text", c.what() + " grows with " + title + ": " + c.evidence() + ".")
                .endObject();
        json.name("locations").beginArray().beginObject();
        json.name("physicalLocation").beginObject();
        json.name("artifactLocation").beginObject();
        json.member("uri", folder + at.group(3));
        json.member("uriBaseId", "SRCROOT").endObject();
        json.name("region").beginObject();
        json.member("startLine", Long.parseLong(at.group(4))).endObject().endObject();
        json.name("logicalLocations").beginArray().beginObject();
        json.member("fullyQualifiedName", at.group(1)).endObject().endArray();
        json.endObject().endArray();
        json.endObject();
    }

    private static String rule(String resource) {
        return "drift/" + resource.replace('_', '-');
    }
}
