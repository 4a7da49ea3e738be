package dev.evenkeel.cli.drift;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleUnaryOperator;

/** Answers range queries as a Prometheus does, from functions of the second since the start of the range. */
final class FakeStore implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, List<Series>> byQuery = new LinkedHashMap<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    private int status = 200;
    private String instead = "";

    private record Series(String labels, DoubleUnaryOperator value) {}

    FakeStore() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/query_range", exchange -> {
            Map<String, String> form =
                    form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            byte[] body = (instead.isEmpty() ? answer(form) : instead).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** @param value NaN where the store has no sample */
    void add(String query, String labels, DoubleUnaryOperator value) {
        byQuery.computeIfAbsent(query, q -> new ArrayList<>()).add(new Series(labels, value));
    }

    void answerInstead(int status, String body) {
        this.status = status;
        instead = body;
    }

    private String answer(Map<String, String> form) {
        long start = Long.parseLong(form.get("start"));
        long end = Long.parseLong(form.get("end"));
        long step = Long.parseLong(form.get("step"));
        StringBuilder json = new StringBuilder(
                "{\"status\":\"success\",\"infos\":[\"x\"],\"data\":{\"resultType\":\"matrix\",\"result\":[");
        String comma = "";
        for (Series series : byQuery.getOrDefault(form.get("query"), List.of())) {
            json.append(comma).append("{\"metric\":{").append(series.labels()).append("},\"values\":[");
            comma = ",";
            String inner = "";
            for (long t = start; t <= end; t += step) {
                double value = series.value().applyAsDouble(t - start);
                if (!Double.isNaN(value)) {
                    json.append(inner).append(String.format(Locale.ROOT, "[%d,\"%s\"]", t, value));
                    inner = ",";
                }
            }
            json.append("]}");
        }
        return json.append("]}}").toString();
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new LinkedHashMap<>();
        for (String pair : body.split("&")) {
            int equals = pair.indexOf('=');
            form.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return form;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
