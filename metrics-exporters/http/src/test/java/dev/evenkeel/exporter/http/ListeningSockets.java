package dev.evenkeel.exporter.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The kernel's own table of who listens where. */
final class ListeningSockets {
    private static final String LISTEN = "0A";

    private ListeningSockets() {}

    /** The local addresses, as the kernel writes them, of all sockets that listen on a port. */
    static List<String> of(int port) throws IOException {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        List<String> addresses = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            if (!Files.exists(Path.of(table))) {
                continue;
            }
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns.length > 3 && columns[1].endsWith(suffix) && columns[3].equals(LISTEN)) {
                    addresses.add(columns[1].substring(0, columns[1].length() - suffix.length()));
                }
            }
        }
        return addresses;
    }

    /** 127.x.x.x in the byte order of the machine, the same mapped into IPv6, and ::1. */
    static boolean isLoopback(String address) {
        return address.equals("00000000000000000000000001000000")
                || (address.endsWith("7F")
                        && (address.length() == 8 || address.startsWith("0000000000000000FFFF0000")));
    }
}
