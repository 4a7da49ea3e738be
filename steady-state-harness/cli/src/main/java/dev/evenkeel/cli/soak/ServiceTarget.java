package dev.evenkeel.cli.soak;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import dev.evenkeel.exporter.prometheus.PrometheusText;
import dev.evenkeel.leak.allocation.AllocationSite;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.soak.Evidence;
import dev.evenkeel.soak.FaultPlan;
import dev.evenkeel.soak.Target;
import dev.evenkeel.soak.UnfitException;
import dev.evenkeel.soak.load.Connection;
import dev.evenkeel.soak.load.HttpConnection;
import dev.evenkeel.soak.target.AllocationRecording;
import dev.evenkeel.soak.target.JmxReadings;
import dev.evenkeel.soak.target.ProcReadings;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;

/**
 * Any service: a command that we start, or one that runs already, read through as many of these as there are: {@code /proc}, JMX,
 * a metrics page in the Prometheus format, OTLP that it pushes. Where two tell the same resource, the first of that list is
 * believed.
 */
final class ServiceTarget implements Target {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final long READY_SECONDS = 90;
    private static final long LOOK_MILLIS = 200;

    private final Settings settings;
    private @Nullable CommandProcess process;
    private @Nullable ProcReadings proc;
    private @Nullable JMXConnector connector;
    private @Nullable JmxReadings jmx;
    private @Nullable HttpConnection page;
    private @Nullable OtlpReceiver otlp;
    private byte[] scrape = new byte[0];
    private String incarnation = "";
    private double pageStarted = Double.NaN;

    /**
     * Where to find it; at least one of the first five.
     *
     * @param command started here, and ended with the run
     * @param pid a process of this machine
     * @param metrics URL of its metrics page
     * @param jmx {@code host:port}, or a whole {@code service:jmx:} URL
     * @param otlpPort where it pushes OTLP to, at 127.0.0.1
     * @param requests what load to send; none for a service that is only watched
     * @param log where the output of the command goes
     */
    record Settings(
            Optional<String> command,
            Optional<Long> pid,
            Optional<URI> metrics,
            Optional<String> jmx,
            Optional<Integer> otlpPort,
            Optional<HttpRequests> requests,
            Path log) {}

    ServiceTarget(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void start() throws UnfitException, InterruptedException {
        if (settings.otlpPort().isPresent()) { // first, so that not a push of a command is lost
            otlp = OtlpReceiver.start(settings.otlpPort().get(), NanoClock.system());
        }
        if (settings.command().isPresent()) {
            process = CommandProcess.start(settings.command().get(), settings.log());
        }
        CommandProcess started = process;
        if (ProcReadings.available()) {
            if (started != null) {
                proc = ProcReadings.of(started.pid());
            } else if (settings.pid().isPresent()) {
                proc = ProcReadings.of(settings.pid().get());
            }
        }
        settings.metrics().ifPresent(this::openPage);
        awaitReady();
        if (settings.jmx().isPresent()) {
            connect(serviceUrl(settings.jmx().get()));
        } else if (started != null || settings.pid().isPresent()) {
            attach(started != null ? started.pid() : settings.pid().orElseThrow());
        }
        incarnation = readIncarnation();
    }

    private void openPage(URI uri) {
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        page = new HttpConnection(uri.getHost(), port, TIMEOUT_MILLIS);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String path = uri.getRawPath().isEmpty() ? "/metrics" : uri.getRawPath();
        scrape = ("GET " + path + query + " HTTP/1.1\r\nHost: " + uri.getHost() + ":" + port
                        + "\r\nAccept: text/plain;version=0.0.4\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Until each way of reading it gives something, and its port accepts. */
    private void awaitReady() throws UnfitException, InterruptedException {
        long deadline =
                System.nanoTime() + TimeUnit.SECONDS.toNanos(process == null && otlp == null ? 5 : READY_SECONDS);
        while (true) {
            String missing;
            try {
                sample();
                if (settings.requests().isPresent()) {
                    settings.requests().get().connect().close();
                }
                return;
            } catch (IOException e) {
                missing = String.valueOf(e.getMessage());
            }
            CommandProcess started = process;
            if (started != null && started.exitCode().isPresent()) {
                throw new UnfitException("The command ended before it was ready (exit code "
                        + started.exitCode().getAsInt() + ")." + CommandProcess.tail(settings.log()));
            }
            if (System.nanoTime() > deadline) {
                throw new UnfitException("The service cannot be reached: " + missing
                        + ". Check its address, and that it runs"
                        + (started == null ? "." : "; its output is in " + settings.log() + "."));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private static String serviceUrl(String address) {
        return address.startsWith("service:") ? address : "service:jmx:rmi:///jndi/rmi://" + address + "/jmxrmi";
    }

    @SuppressWarnings("BanJNDI") // the address is the user's own, given for exactly this
    private void connect(String url) throws UnfitException {
        try {
            JMXConnector open = JMXConnectorFactory.connect(new JMXServiceURL(url));
            connector = open;
            jmx = JmxReadings.of(open.getMBeanServerConnection());
        } catch (IOException | SecurityException e) {
            throw new UnfitException(
                    "JMX at " + url + " cannot be reached: " + e.getMessage()
                            + ". Start the service with -Dcom.sun.management.jmxremote.port, and allow this machine.",
                    e);
        }
    }

    /** A JVM of this user and machine lets itself be asked without having been started for it. Another process does not. */
    private void attach(long pid) {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                connect(machine.startLocalManagementAgent());
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException | IOException | UnfitException | SecurityException e) {
            jmx = null; // not a JVM, or one that refuses: what /proc tells is what there is
        }
    }

    @Override
    public Connection connect() throws IOException {
        return settings.requests()
                .orElseThrow(() -> new IOException("no URL to send load to; give one with --url"))
                .connect();
    }

    @Override
    public Map<String, Double> sample() throws IOException {
        Map<String, Double> values = new LinkedHashMap<>();
        if (otlp != null) {
            Map<String, Double> pushed = otlp.news();
            values.putAll(MetricsPage.resources(pushed));
            if (values.isEmpty() && !pushed.isEmpty()) {
                throw new IOException(
                        "what it pushes names no resource that is known here; see docs/soak.md for the names");
            }
        }
        if (page != null) {
            List<PrometheusText.Sample> samples = scraped(page);
            pageStarted = MetricsPage.startedAt(samples);
            Map<String, Double> onPage = MetricsPage.resources(samples);
            values.putAll(onPage);
            if (onPage.isEmpty()) {
                throw new IOException(
                        "its metrics page names no resource that is known here; see docs/soak.md for the names");
            }
        }
        if (jmx != null) {
            values.putAll(jmx.sample());
        }
        if (proc != null) {
            values.putAll(proc.sample());
        }
        return values;
    }

    private List<PrometheusText.Sample> scraped(HttpConnection from) throws IOException {
        int status = from.exchange(scrape);
        if (status != 200) {
            throw new IOException("its metrics page answered " + status);
        }
        try {
            return PrometheusText.parse(from.bodyText());
        } catch (IllegalArgumentException e) {
            throw new IOException("its metrics page cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Map<String, Double> limits() throws IOException {
        Map<String, Double> limits = new LinkedHashMap<>();
        if (otlp != null) {
            limits.putAll(MetricsPage.limits(otlp.newest()));
        }
        if (page != null) {
            limits.putAll(MetricsPage.limits(scraped(page)));
        }
        if (jmx != null) {
            limits.putAll(jmx.limits());
        }
        if (proc != null) {
            limits.putAll(proc.limits());
        }
        return limits;
    }

    @Override
    public double liveSetBytes() throws IOException {
        return jmx == null ? Double.NaN : jmx.liveSetBytes();
    }

    @Override
    public Evidence evidence() throws IOException {
        List<Evidence.Row> rows = new ArrayList<>();
        if (jmx != null) {
            rows.addAll(jmx.evidence());
        }
        if (proc != null) {
            for (Evidence.Row row : proc.evidence()) {
                boolean known = rows.stream().anyMatch(r -> r.resource().equals(row.resource()));
                // JMX knows threads by their whole name, /proc by its first 15 letters.
                if (!known || row.resource().equals("open_fds")) {
                    rows.add(row);
                }
            }
        }
        return new Evidence(rows);
    }

    @Override
    public boolean canFault(FaultPlan.Kind kind) {
        return kind == FaultPlan.Kind.COMMAND
                || kind == FaultPlan.Kind.PAUSE
                        && (settings.command().isPresent() || settings.pid().isPresent());
    }

    @Override
    public void fault(FaultPlan.Fault fault, Duration lasts) throws IOException {
        CommandProcess started = process;
        Pauses.pause(started != null ? started.pid() : settings.pid().orElseThrow(), lasts);
    }

    @Override
    public Optional<List<AllocationSite>> allocationSites(Duration window) throws IOException, InterruptedException {
        CommandProcess started = process;
        boolean here = started != null || settings.pid().isPresent();
        if (jmx == null || !here) {
            return Optional.empty(); // no JVM, or one on another machine
        }
        long pid = started != null ? started.pid() : settings.pid().orElseThrow();
        return Optional.of(AllocationRecording.ofProcess(pid, window));
    }

    @Override
    public OptionalInt exitCode() {
        CommandProcess started = process;
        return started == null ? OptionalInt.empty() : started.exitCode();
    }

    @Override
    public String incarnation() {
        String now = readIncarnation();
        if (!now.isEmpty()) { // one that cannot be read is gone, which the missing readings tell
            incarnation = now;
        }
        return incarnation;
    }

    private String readIncarnation() {
        if (proc != null) {
            return proc.incarnation();
        }
        if (jmx != null && page == null) {
            try {
                return jmx.incarnation();
            } catch (IOException e) {
                return "";
            }
        }
        if (!Double.isNaN(pageStarted)) {
            return Double.toString(pageStarted);
        }
        return otlp == null ? "" : otlp.sender();
    }

    @Override
    public Map<String, String> environment() {
        Map<String, String> facts = new LinkedHashMap<>();
        settings.command().ifPresent(c -> facts.put("service", c));
        settings.pid().ifPresent(p -> facts.put("service", "process " + p));
        settings.metrics().ifPresent(m -> facts.put("metrics page", m.toString()));
        settings.jmx().ifPresent(j -> facts.put("JMX", j));
        if (otlp != null) {
            facts.put("OTLP", "pushed to " + otlp.url() + " by " + otlp.sender());
        }
        try {
            if (jmx != null) {
                facts.putAll(jmx.environment());
            }
        } catch (IOException e) {
            // what it is called matters less than what it holds
        }
        return facts;
    }

    @Override
    public void close() {
        if (otlp != null) {
            otlp.close();
        }
        if (page != null) {
            page.close();
        }
        if (connector != null) {
            try {
                connector.close();
            } catch (IOException e) {
                // the service may be gone
            }
        }
        if (process != null) {
            process.close();
        }
    }
}
