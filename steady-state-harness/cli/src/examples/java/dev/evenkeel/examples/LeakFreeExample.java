package dev.evenkeel.examples;

import dev.evenkeel.leak.LeakDetector;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** The code of the README's second example. */
class LeakFreeExample {
    // README: leaks
    @Test
    void openingAndClosingAPortLeavesNothingBehind() {
        LeakDetector.assertNoLeak(() -> {
            try (ServerSocket socket = new ServerSocket(0)) {
                socket.setReuseAddress(true);
            }
        });
    }
    // README: end
}
