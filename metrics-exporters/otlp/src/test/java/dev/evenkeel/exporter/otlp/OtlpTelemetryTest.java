package dev.evenkeel.exporter.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.prometheus.PrometheusTextWriter;
import dev.evenkeel.exporter.prometheus.TextFormat;
import dev.evenkeel.exporter.prometheus.audit.Audit;
import dev.evenkeel.exporter.prometheus.audit.AuditOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Our own names, units and help are what we ask of others. */
class OtlpTelemetryTest {
    @Test
    void whatAnExporterTellsOfItselfHasNoFinding() throws Exception {
        Rig rig = Rig.delta();
        rig.pass(2 * 60 * Rig.SECOND);
        PrometheusTextWriter writer = PrometheusTextWriter.of(TextFormat.PROMETHEUS);
        rig.registry.collect(writer);
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        writer.writeTo(page);

        String text = page.toString(StandardCharsets.UTF_8);
        List<String> found = Audit.of(text, AuditOptions.readAt(0)).findings().stream()
                .map(f -> f.rule() + " " + f.place() + ": " + f.evidence())
                .toList();

        assertTrue(text.contains("evenkeel_otlp_requests_total{endpoint=\"test\",outcome=\"accepted\"} 2"), text);
        assertEquals(List.of(), found);
    }
}
