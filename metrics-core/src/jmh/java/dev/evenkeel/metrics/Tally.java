package dev.evenkeel.metrics;

/** Takes what a collect shows: the least that any exporter does with a value. One thread. */
final class Tally {
    private int series;
    private double sum;

    void add(double value) {
        series++;
        sum += value;
    }

    int series() {
        return series;
    }

    double sum() {
        return sum;
    }
}
