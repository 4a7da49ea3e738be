package dev.evenkeel.soak.load;

/** Time that passes only when somebody waits for it or {@link #advanceMillis} says so. One thread. */
public final class ManualPacer implements Pacer {
    private long now = 7_000_000_000L; // an origin of zero would hide a missing subtraction

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public void sleepUntil(long nanos) {
        now = Math.max(now, nanos);
    }

    public void advanceMillis(long millis) {
        now += millis * 1_000_000;
    }
}
