package dev.evenkeel.metrics;

/** The counter of an overflow series of effects. */
final class OverflowEffectCounter extends EffectCounter {
    private final OverflowAmounts others;

    OverflowEffectCounter(Family family) {
        super(family, LabelValues.OVERFLOW);
        this.others = new OverflowAmounts(family);
    }

    @Override
    public void add(long n) {
        if (n < 0) {
            dropNegative();
            return;
        }
        addBatch(n, 1);
    }

    @Override
    void addBatch(long sum, int measurements) {
        others.add(sum, measurements);
    }

    @Override
    void fold(long sum) {
        others.fold(sum);
    }

    @Override
    OverflowAmounts others() {
        return others;
    }
}
