package dev.evenkeel.cli.sweep;

/**
 * What one run showed. Figures that the workload does not tell are NaN; of a run that did not end well all may be.
 *
 * @param detail one sentence on what went wrong; empty when nothing did
 * @param opsPerSecond operations a second
 * @param p99Millis 99 % quantile of the latency
 * @param cpuMillisPerOp processor time of the process and its children, by operation
 * @param rssBytes most resident memory that was seen
 * @param afterGcBytes middle of the heap's use after a collection
 * @param pauseMillis of all pauses
 * @param longestPauseMillis of the longest
 * @param collections how many ran
 */
record Reading(
        Outcome outcome,
        String detail,
        double opsPerSecond,
        double p99Millis,
        double cpuMillisPerOp,
        double rssBytes,
        double afterGcBytes,
        double pauseMillis,
        double longestPauseMillis,
        double collections) {

    /** Of a run that gave no figures. */
    static Reading failed(Outcome outcome, String detail) {
        double no = Double.NaN;
        return new Reading(outcome, detail, no, no, no, no, no, no, no, no);
    }

    boolean ok() {
        return outcome == Outcome.OK;
    }
}
