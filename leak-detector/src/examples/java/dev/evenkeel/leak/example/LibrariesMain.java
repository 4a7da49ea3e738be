package dev.evenkeel.leak.example;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.leak.LeakAction;
import dev.evenkeel.leak.LeakDetector;
import dev.evenkeel.leak.LeakOptions;
import dev.evenkeel.leak.LeakReport;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Opens, uses and closes HikariCP, the JDK's and Apache's HTTP clients, Caffeine and a Kafka producer, and prints what the detector
 * says; then the same with a usual mistake. An argument runs only the cases with that text in their name.
 */
public final class LibrariesMain {

    private static final Duration LINGER = Duration.ofSeconds(1);

    private LibrariesMain() {}

    /** Runs the cases, one after the other. */
    public static void main(String[] args) throws Exception {
        HttpServer server = server();
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        Map<String, LeakAction> cases = new LinkedHashMap<>();
        cases.put("HikariCP: pool opened, used, closed", LibrariesMain::hikari);
        HikariDataSource pool = new HikariDataSource(config());
        cases.put("HikariCP: one pool, each connection given back", () -> pool.getConnection().close());
        List<HikariDataSource> pools = new ArrayList<>();
        cases.put("HikariCP: a pool per call, never closed", () -> {
            HikariDataSource one = new HikariDataSource(config());
            one.getConnection().close();
            pools.add(one);
        });
        HttpClient shared = HttpClient.newHttpClient();
        cases.put("java.net.http: one client", () -> get(shared, uri));
        List<HttpClient> clients = new ArrayList<>();
        cases.put("java.net.http: a client per call, kept", () -> {
            clients.add(HttpClient.newHttpClient());
            get(clients.get(clients.size() - 1), uri);
        });
        cases.put("Apache HttpClient 5: opened, used, closed", () -> {
            try (CloseableHttpClient client = HttpClients.createDefault()) {
                client.execute(new HttpGet(uri), response -> EntityUtils.toString(response.getEntity()));
            }
        });
        cases.put("Apache HttpClient 5: a client per call, never closed", () -> HttpClients.createDefault()
                .execute(new HttpGet(uri), response -> EntityUtils.toString(response.getEntity())));
        int[] n = {0};
        Cache<Integer, byte[]> bounded = Caffeine.newBuilder().maximumSize(200).build();
        cases.put("Caffeine: at most 200 entries", () -> bounded.put(n[0]++, new byte[100]));
        Cache<Integer, byte[]> unbounded = Caffeine.newBuilder().build();
        cases.put("Caffeine: no bound", () -> unbounded.put(n[0]++, new byte[100]));
        cases.put("Kafka producer: opened and closed, no broker", () -> kafka().close(Duration.ofSeconds(2)));
        List<KafkaProducer<String, String>> producers = new ArrayList<>();
        cases.put("Kafka producer: one per call, never closed", () -> producers.add(kafka()));

        for (Map.Entry<String, LeakAction> one : cases.entrySet()) {
            if (args.length > 0 && !one.getKey().contains(args[0])) {
                continue;
            }
            LeakOptions options = LeakOptions.defaults()
                    .withName("the action")
                    .withIterations(3)
                    .withEscalations(3)
                    .withLinger(LINGER);
            LeakReport report = LeakDetector.verify(options, one.getValue());
            System.out.println("== " + one.getKey());
            System.out.println(report.text());
        }
        System.exit(0); // what was left open on purpose must not keep the JVM
    }

    private static void get(HttpClient client, URI uri) throws IOException, InterruptedException {
        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void hikari() throws Exception {
        try (HikariDataSource pool = new HikariDataSource(config());
                Connection connection = pool.getConnection()) {
            connection.isValid(1);
        }
    }

    private static HikariConfig config() {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database());
        config.setMaximumPoolSize(2);
        return config;
    }

    private static KafkaProducer<String, String> kafka() {
        Properties settings = new Properties();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1"); // nobody listens there
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class.getName());
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, StringSerializer.class.getName());
        return new KafkaProducer<>(settings);
    }

    private static HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
            exchange.close();
        });
        server.start();
        return server;
    }

    /** A database whose connections do nothing. */
    private static DataSource database() {
        ClassLoader loader = LibrariesMain.class.getClassLoader();
        return (DataSource) Proxy.newProxyInstance(loader, new Class<?>[] {DataSource.class}, (self, method, args) -> {
            if (method.getName().equals("getConnection")) {
                return Proxy.newProxyInstance(loader, new Class<?>[] {Connection.class}, (link, call, given) ->
                        switch (call.getName()) {
                            case "isValid", "getAutoCommit" -> true;
                            case "getTransactionIsolation" -> Connection.TRANSACTION_READ_COMMITTED;
                            case "getNetworkTimeout" -> 0;
                            case "isReadOnly", "isClosed" -> false;
                            case "toString" -> "connection to nowhere";
                            case "hashCode" -> System.identityHashCode(link);
                            case "equals" -> given != null && link == given[0];
                            default -> null;
                        });
            }
            return switch (method.getName()) {
                case "getLoginTimeout" -> 0;
                case "toString" -> "database nowhere";
                case "hashCode" -> System.identityHashCode(self);
                case "equals" -> args != null && self == args[0];
                default -> null;
            };
        });
    }
}
