package dev.evenkeel.exporter.http;

import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request meant this listener.
 *
 * <p>A page from anywhere may let a name of its own point to 127.0.0.1 and then read our answers as its own origin (DNS
 * rebinding). Its requests carry that name in the Host header. So a listener on loopback answers to loopback's names and
 * to the name it was bound by, and to nothing else. On other addresses the names by which it is reached are not known,
 * and any is taken.
 */
final class HostCheck {
    private final boolean loopback;
    private final String boundName;
    private final String boundAddress;

    HostCheck(String boundName, InetAddress address) {
        this.loopback = address.isLoopbackAddress();
        this.boundName = plain(boundName);
        this.boundAddress = plain(address.getHostAddress());
    }

    boolean allows(@Nullable String hostHeader) {
        if (!loopback) {
            return true;
        }
        if (hostHeader == null) {
            return false;
        }
        String host = plain(withoutPort(hostHeader.strip()));
        return host.equals("localhost")
                || host.equals("127.0.0.1")
                || host.equals("::1")
                || host.equals("0:0:0:0:0:0:0:1")
                || host.equals(boundName)
                || host.equals(boundAddress);
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
