package dev.evenkeel.exporter.http;

import dev.evenkeel.metrics.MetricDescriptor;

/** Writes all series as one JSON object: schema 1. */
final class DebugVars extends SeriesJson {
    private final JsonText json = new JsonText();

    @Override
    public void begin(long epochMillis) {
        json.open().name("schema").value(1).name("epochMillis").value(epochMillis);
        json.name("metrics").open();
    }

    @Override
    JsonText objectFor(MetricDescriptor family) {
        return json;
    }

    @Override
    public void end() {
        json.close().close();
    }

    @Override
    public String toString() {
        return json.toString();
    }
}
