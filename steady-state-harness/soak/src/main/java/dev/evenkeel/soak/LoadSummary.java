package dev.evenkeel.soak;

/**
 * What was sent and how it was answered.
 *
 * <p>Two latencies are kept apart. <em>Intended</em> counts from the moment the request was due by the schedule, so waiting
 * behind a stalled service is in it; <em>service</em> counts from the moment it was sent. Counts are those of the steady
 * phase; latencies those of the steady phase outside fault windows, for inside they are the fault's. The arrays cover the
 * whole run, faults included.
 *
 * @param targetRate requests per second asked for
 * @param achievedRate requests per second completed
 * @param intended requests whose time came
 * @param completed requests that got an answer of any kind
 * @param succeeded answers that the target counts as success, refusals by business rule included
 * @param shed answers by which the target declined work to protect itself (503)
 * @param failed other answers, and requests that got none
 * @param excludedByPause completed requests kept out of both latencies because a live-set reading
 *     stopped the target while they were due
 * @param intendedMillis latency from the intended start
 * @param serviceMillis latency from the send
 * @param latenessP99Millis 99 % of requests that found a free connection left at most this long
 *     after they were due: the load generator's own error
 * @param seconds centre of each point of the two arrays below, seconds from the first request
 * @param ratePerSecond completed requests per second
 * @param p99Millis 99 % quantile of the intended latency; NaN where nothing completed
 */
@SuppressWarnings("ArrayRecordComponent") // plot columns: copied by nobody, compared by nobody
public record LoadSummary(
        double targetRate,
        double achievedRate,
        long intended,
        long completed,
        long succeeded,
        long shed,
        long failed,
        long excludedByPause,
        Quantiles intendedMillis,
        Quantiles serviceMillis,
        double latenessP99Millis,
        double[] seconds,
        double[] ratePerSecond,
        double[] p99Millis) {

    /** Five readings of one latency distribution, in milliseconds; all 0 when it is empty. */
    public record Quantiles(double p50, double p90, double p99, double p999, double max) {}
}
