package dev.evenkeel.exporter.http;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.time.Instant;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Who this process is, how it feels, and its last snapshot: JSON, schema 1. Collects nothing itself. Thread-safe. */
final class StatusPage implements AdminEndpoint, AutoCloseable {
    private final String service;
    private final String version;
    private final BooleanSupplier healthy;
    private final BooleanSupplier ready;
    private final Set<String> endpoints;
    private final @Nullable Snapshots snapshots;

    /** @param endpoints a view: what is added later is listed too */
    StatusPage(
            String service,
            String version,
            BooleanSupplier healthy,
            BooleanSupplier ready,
            Set<String> endpoints,
            @Nullable Snapshots snapshots) {
        this.service = service;
        this.version = version;
        this.healthy = healthy;
        this.ready = ready;
        this.endpoints = endpoints;
        this.snapshots = snapshots;
    }

    /** Begins to take snapshots. */
    void start() {
        Snapshots some = snapshots;
        if (some != null) {
            some.start();
        }
    }

    @Override
    public void respond(AdminRequest request, AdminResponse response) throws IOException {
        response.json(json());
    }

    String json() {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        JsonText json = new JsonText().open().name("schema").value(1);
        if (!service.isEmpty()) {
            json.name("service").value(service).name("version").value(version);
        }
        json.name("pid").value(ProcessHandle.current().pid());
        json.name("startedAt")
                .value(Instant.ofEpochMilli(runtime.getStartTime()).toString());
        json.name("uptimeSeconds").value(runtime.getUptime() / 1e3);
        json.name("jvm").value(runtime.getVmName() + " " + runtime.getVmVersion());
        json.name("processors").value(Runtime.getRuntime().availableProcessors());
        json.name("maxHeapBytes").value(Runtime.getRuntime().maxMemory());
        json.name("healthy").value(ask(healthy));
        json.name("ready").value(ask(ready));
        json.name("endpoints").openArray();
        endpoints.forEach(json::value);
        json.closeArray();
        Snapshots some = snapshots;
        if (some != null) {
            some.writeTo(json.name("snapshot"));
        }
        return json.close().toString();
    }

    static boolean ask(BooleanSupplier question) {
        try {
            return question.getAsBoolean();
        } catch (RuntimeException e) {
            return false;
        }
    }

    @Override
    public void close() {
        Snapshots some = snapshots;
        if (some != null) {
            some.close();
        }
    }
}
