package dev.evenkeel.soak.load;

import org.HdrHistogram.Histogram;

/** Sends nothing: the target has load of its own, and is only watched. */
public final class NoLoad implements Load {

    @Override
    public void begin(long originNanos) {}

    @Override
    public void pauseBegins() {}

    @Override
    public void pauseEnds() {}

    @Override
    public LoadInterval interval() {
        return new LoadInterval(0, 0, 0, 0, 0, 0, empty(), empty(), empty());
    }

    private static Histogram empty() {
        return new Histogram(1, 2, 3);
    }

    @Override
    public void end() {}
}
