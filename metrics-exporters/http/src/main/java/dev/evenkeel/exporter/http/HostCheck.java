package dev.evenkeel.exporter.http;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request meant this listener.
 *
 * <p>A page from anywhere may let a name of its own point to 127.0.0.1 and then read our answers as its own origin (DNS
 * rebinding). Its requests carry that name in the Host header. So a listener on loopback answers to loopback's names and
 * to the name it was bound by, and to nothing else but what it is told. On other addresses the names by which it is reached
 * are not known, and any is taken unless names are given.
 */
final class HostCheck {
    private final boolean loopback;
    private final String boundName;
    private final String boundAddress;
    private final Set<String> given;

    HostCheck(String boundName, InetAddress address, Set<String> given) {
        this.given = given.stream().map(HostCheck::plain).collect(Collectors.toUnmodifiableSet());
        this.loopback = address.isLoopbackAddress();
        this.boundName = plain(boundName);
        this.boundAddress = plain(address.getHostAddress());
    }

    boolean allows(@Nullable String hostHeader) {
        if (!loopback && given.isEmpty()) {
            return true;
        }
        if (hostHeader == null) {
            return false;
        }
        String host = plain(withoutPort(hostHeader.strip()));
        return given.contains(host)
                || host.equals(boundName)
                || host.equals(boundAddress)
                || (loopback && isLoopback(host));
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.equals("127.0.0.1")
                || host.equals("::1")
                || host.equals("0:0:0:0:0:0:0:1");
    }

    /** What to tell who asked for another name. */
    String refusal() {
        String names = given.isEmpty() ? "" : String.join(", ", new TreeSet<>(given));
        return loopback
                ? "This listener is bound to loopback and answers to localhost, 127.0.0.1 and [::1] only"
                        + (names.isEmpty() ? "" : ", and to " + names)
                        + ". Ask for it by one of those names, or bind it to another address.\n"
                : "This listener answers to " + names + " only. Ask for it by one of those names.\n";
    }

    private static String withoutPort(String host) {
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? host : host.substring(0, end + 1);
        }
        int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }

    private static String plain(String host) {
        String h = host.toLowerCase(Locale.ROOT);
        return h.startsWith("[") && h.endsWith("]") ? h.substring(1, h.length() - 1) : h;
    }
}
