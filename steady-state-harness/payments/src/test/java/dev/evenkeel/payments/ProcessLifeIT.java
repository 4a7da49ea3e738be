package dev.evenkeel.payments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** How the processes start, fail to start, and end: by their input's end, by force, by a wrong command line. */
class ProcessLifeIT {
    /** Alone, the service starts its parts as a child; the end of its input ends all of them. */
    @Test
    void standAloneServiceTakesItsPartsAlong() throws Exception {
        try (TestProcess service = TestProcess.start(PaymentsMain.class, "--port", "0", "--admin-port", "0")) {
            service.ready();
            List<ProcessHandle> family = service.handle().descendants().toList();
            assertTrue(family.size() >= 2, "the parts and their reaper: " + family);

            service.say("stop");

            assertEquals(0, service.exitCode());
            for (ProcessHandle process : family) {
                TestProcess.await(process + " to end", () -> !process.isAlive());
            }
        }
    }

    /** No hook runs on a kill -9: the reaper alone stops PostgreSQL and takes its data away. */
    @Test
    void killedPartsLeaveNoPostgresBehind() throws Exception {
        try (TestProcess parts = TestProcess.start(PartsMain.class)) {
            killAndExpectNothingLeft(parts, parts.ready().get("jdbc-url"), parts.handle());
        }
    }

    @Test
    void killedServiceLeavesNoPostgresBehind() throws Exception {
        try (TestProcess service = TestProcess.start(PaymentsMain.class, "--port", "0", "--admin-port", "0")) {
            service.ready();
            ProcessHandle postmaster = TestProcessTree.postmasterUnder(service.handle());
            String port = TestProcessTree.argument(postmaster, "-p");

            killAndExpectNothingLeft(service, "jdbc:postgresql://127.0.0.1:" + port + "/postgres", service.handle());
        }
    }

    private static void killAndExpectNothingLeft(TestProcess process, String jdbcUrl, ProcessHandle victim)
            throws Exception {
        List<ProcessHandle> postgres = PaymentsIT.postgresOf(jdbcUrl);
        assertEquals(1, postgres.size(), "one postmaster for " + jdbcUrl);
        List<ProcessHandle> backends = postgres.get(0).descendants().toList();
        Path data = Path.of(TestProcessTree.argument(postgres.get(0), "-D"));
        assertTrue(Files.isDirectory(data));
        int port = Integer.parseInt(jdbcUrl.replaceAll(".*:(\\d+)/.*", "$1"));

        assertTrue(victim.destroyForcibly());

        assertTrue(process.exitCode() != 0);
        TestProcess.await("PostgreSQL to end", () -> postgres.stream().noneMatch(PaymentsIT::runs));
        TestProcess.await("its backends to end", () -> backends.stream().noneMatch(PaymentsIT::runs));
        TestProcess.await("its data to go", () -> !Files.exists(data));
        assertFalse(accepts(port), "something still listens on " + port);
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (java.io.IOException e) {
            return false;
        }
    }

    @Test
    void portInUseIsOneSentence() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());

            assertFails(
                    5,
                    "Cannot listen on 127.0.0.1:" + port + ": Address already in use. Stop what listens there, or give "
                            + "--clearing-port another number (0 takes any free port).",
                    TestProcess.start(PartsMain.class, "--clearing-port", port));
            assertFails(
                    5,
                    "Cannot listen on 127.0.0.1:" + port + ": Address already in use. Stop what listens there, or give "
                            + "--postgres-port another number (0 takes any free port).",
                    TestProcess.start(PartsMain.class, "--postgres-port", port));
        }
    }

    @Test
    void rootWithoutUnshareIsOneSentence() throws Exception {
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")), "only root needs unshare; this is not root");

        assertFails(
                5,
                "PostgreSQL refuses to run as root and `unshare` is not installed: install util-linux, run as another "
                        + "user, or give --jdbc-url.",
                TestProcess.start(PartsMain.class, Map.of("PATH", "/nonexistent")));
    }

    @Test
    void unreachableDatabaseIsOneSentence() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            free = socket.getLocalPort();
        }
        String database = "jdbc:postgresql://127.0.0.1:" + free + "/postgres";
        String url = database + "?user=postgres&password=secret";

        try (TestProcess service = TestProcess.start(
                PaymentsMain.class, "--jdbc-url", url, "--clearing-url", "http://127.0.0.1:1", "--port", "0")) {
            Map<String, String> error = TestProcess.pairs(service.hear());

            assertEquals("5", error.get("exit"));
            assertTrue(
                    error.get("message").startsWith("Cannot reach the database at " + database + ": "),
                    error::toString);
            assertTrue(
                    error.get("message")
                            .endsWith(". Start it, correct --jdbc-url, or leave --jdbc-url out to run an embedded "
                                    + "PostgreSQL."),
                    error::toString);
            assertEquals(5, service.exitCode());
        }
    }

    @Test
    void wrongFlagsAreOneSentence() throws Exception {
        assertFails(
                2,
                "--plant is \"leak\", which is none of none, heap, fd, thread, buffer, loader.",
                TestProcess.start(PaymentsMain.class, "--plant", "leak"));
        assertFails(
                2,
                "--plant heap needs --plant-per-hour N with N above 0.",
                TestProcess.start(PaymentsMain.class, "--plant", "heap"));
        assertFails(
                2,
                "Unknown flag --port: the known ones are --postgres-port, --clearing-port, --clearing-delay-millis, "
                        + "--without.",
                TestProcess.start(PartsMain.class, "--port", "1"));
    }

    private static void assertFails(int exitCode, String message, TestProcess process) throws Exception {
        try (process) {
            assertEquals("@error\texit=" + exitCode + "\tmessage=" + message, process.hear());
            assertEquals(exitCode, process.exitCode());
        }
    }
}
