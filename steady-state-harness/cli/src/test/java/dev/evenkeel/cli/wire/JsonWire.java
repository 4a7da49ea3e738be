package dev.evenkeel.cli.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.exporter.http.AdminListener;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The page /debug/vars of a real listener, read by Jackson. */
final class JsonWire extends Wire {
    /** What stands for a number that JSON does not have. */
    private static final String NULL = "null";

    private final ObjectMapper mapper = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(SerializationFeature.INDENT_OUTPUT);

    private final HttpClient client = HttpClient.newHttpClient();
    private final AdminListener listener;

    JsonWire(MetricRegistry registry) {
        listener = AdminListener.builder().port(0).registry(registry).build();
    }

    @Override
    Map<Sample, Object> expected(Reference reference) {
        Map<Sample, Object> all = samples();
        put(all, Sample.of("schema"), 1L);
        put(all, Sample.of("epochMillis"), WireFixture.COLLECT_MILLIS);
        for (Reference.Entry entry : reference.entries) {
            String key = entry.names().jsonKey(entry.labels());
            Loss.DESCRIPTION.happened();
            Loss.START_TIME.happened();
            if (entry.family().kind() == Kind.UP_DOWN_COUNTER) {
                Loss.UP_DOWN.happened();
            }
            if (entry.value() instanceof Reference.Counted counted) {
                Loss.BUCKETS.happened();
                put(all, Sample.of(key + " count"), valueOf(entry, counted.count()));
                put(all, Sample.of(key + " sum"), valueOf(entry, counted.sum()));
                if (counted.count() > 0 && !Double.isNaN(counted.min())) {
                    put(all, Sample.of(key + " min"), valueOf(entry, counted.min()));
                    put(all, Sample.of(key + " max"), valueOf(entry, counted.max()));
                }
            } else if (entry.value() instanceof Double d && !Double.isFinite(d)) {
                Loss.NOT_FINITE.happened();
                put(all, Sample.of(key), NULL);
            } else {
                put(all, Sample.of(key), valueOf(entry, entry.value()));
            }
        }
        return all;
    }

    private JsonNode page() throws Exception {
        var response = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + "/debug/vars"))
                        .build(),
                BodyHandlers.ofString(StandardCharsets.UTF_8));
        assertEquals(200, response.statusCode(), response.body());
        return mapper.readTree(response.body());
    }

    @Override
    Map<Sample, Object> read() throws Exception {
        Map<Sample, Object> all = samples();
        JsonNode page = page();
        put(all, Sample.of("schema"), page.get("schema").decimalValue());
        put(all, Sample.of("epochMillis"), page.get("epochMillis").decimalValue());
        page.get("metrics").properties().forEach(metric -> {
            JsonNode value = metric.getValue();
            if (value.isObject()) {
                for (String item : List.of("count", "sum", "min", "max")) {
                    if (value.has(item)) {
                        put(all, Sample.of(metric.getKey() + " " + item), number(value.get(item)));
                    }
                }
            } else {
                put(all, Sample.of(metric.getKey()), number(value));
            }
        });
        return all;
    }

    private static Object number(JsonNode node) {
        return node.isNull() ? NULL : node.decimalValue();
    }

    @Override
    String listing() throws Exception {
        JsonNode page = page();
        ObjectNode metrics = (ObjectNode) page.get("metrics");
        List<String> names = new ArrayList<>();
        metrics.fieldNames().forEachRemaining(names::add);
        names.stream().filter(name -> name.startsWith("evenkeel.")).forEach(metrics::remove);
        return mapper.writeValueAsString(page) + "\n";
    }

    @Override
    public void close() {
        listener.close();
    }
}
