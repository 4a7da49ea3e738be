package dev.evenkeel.exporter.http;

import dev.evenkeel.exporter.http.AdminTelemetry.Refusal;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Decides who may ask, and which endpoint answers. Thread-safe. */
final class Pages {
    /** Cheap and small, and wanted most when there is no room for anything else. */
    private static final Set<String> ALWAYS = Set.of("/healthz", "/readyz", "/status");

    private static final Logger LOG = System.getLogger(AdminListener.class.getName());

    private final HostCheck hosts;
    private final @Nullable BasicPassword password;
    private final Map<String, AdminEndpoint> endpoints;
    private final AdminTelemetry telemetry;
    private final AtomicLong failures = new AtomicLong();

    Pages(
            HostCheck hosts,
            @Nullable BasicPassword password,
            Map<String, AdminEndpoint> endpoints,
            AdminTelemetry telemetry) {
        this.hosts = hosts;
        this.password = password;
        this.endpoints = endpoints;
        this.telemetry = telemetry;
    }

    void serve(AdminRequest request, AdminResponse response) throws IOException {
        RequestHead head = request.head();
        if (!hosts.allows(head.header("Host"))) {
            telemetry.refused(Refusal.HOST);
            refuse(head, response, 421, hosts.refusal());
        } else if (!head.isReading()) {
            telemetry.refused(Refusal.METHOD);
            response.header("Allow", "GET, HEAD");
            refuse(head, response, 405, "Only GET and HEAD: nothing here can be changed.\n");
        } else if (password != null && !password.isIn(head.header("Authorization"))) {
            telemetry.refused(Refusal.PASSWORD);
            response.header("WWW-Authenticate", "Basic realm=\"admin\", charset=\"UTF-8\"");
            refuse(head, response, 401, "This listener wants a name and a password.\n");
        } else if (head.announcesBody()) {
            telemetry.refused(Refusal.BODY);
            refuse(head, response, 413, "Requests have no body here.\n");
        } else {
            answer(request, response);
        }
    }

    private static void refuse(RequestHead head, AdminResponse response, int status, String text) throws IOException {
        if (head.announcesBody() || !head.isReading()) {
            response.closeAfter(); // what follows is a body, which nobody is going to read
        }
        response.text(status, text);
    }

    private void answer(AdminRequest request, AdminResponse response) throws IOException {
        String path = request.path();
        AdminEndpoint endpoint = find(path);
        if (endpoint == null) {
            response.text(404, "Nothing is served here. There is: " + String.join(" ", endpoints.keySet()) + "\n");
            return;
        }
        if (!ALWAYS.contains(path)) {
            if (!response.enter()) {
                response.comeAgain();
                return;
            }
        }
        try {
            endpoint.respond(request, response);
        } catch (IOException e) {
            if (response.isSent()) {
                throw e; // the client's side, or too late to say anything
            }
            failed(path, e);
        } catch (RuntimeException e) {
            failed(path, e);
            if (response.isSent()) {
                response.closeAfter(); // nobody knows how much of it went out
            }
        } finally {
            response.leave();
        }
        if (!response.isSent()) {
            response.text(500, "This page failed; the log of the process says why.\n");
        }
    }

    /** The 1st, 2nd, 4th, 8th … failure is logged: a scraper asks again every few seconds for ever. */
    private void failed(String path, Exception e) {
        long n = failures.incrementAndGet();
        if (Long.bitCount(n) == 1) {
            LOG.log(Level.WARNING, "Admin page " + path + " failed (failure " + n + " of this listener).", e);
        }
    }

    private @Nullable AdminEndpoint find(String path) {
        AdminEndpoint exact = endpoints.get(path);
        if (exact != null) {
            return exact;
        }
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            AdminEndpoint folder = endpoints.get(path.substring(0, slash + 1));
            if (folder != null) {
                return folder;
            }
        }
        return null;
    }
}
