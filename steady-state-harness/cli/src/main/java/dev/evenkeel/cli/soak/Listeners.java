package dev.evenkeel.cli.soak;

import dev.evenkeel.soak.SoakListener;
import dev.evenkeel.soak.Standing;
import java.util.List;

/** Tells several listeners, one after the other. */
record Listeners(List<SoakListener> all) implements SoakListener {
    Listeners {
        all = List.copyOf(all);
    }

    @Override
    public void phase(String name) {
        all.forEach(listener -> listener.phase(name));
    }

    @Override
    public void tick(Progress progress) {
        all.forEach(listener -> listener.tick(progress));
    }

    @Override
    public void standings(List<Standing> soFar) {
        all.forEach(listener -> listener.standings(soFar));
    }

    @Override
    public void note(String sentence) {
        all.forEach(listener -> listener.note(sentence));
    }
}
