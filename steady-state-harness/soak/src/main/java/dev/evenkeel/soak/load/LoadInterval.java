package dev.evenkeel.soak.load;

import org.HdrHistogram.Histogram;

/**
 * What a load did between two readings. Histograms hold microseconds and are the caller's to keep.
 *
 * @param due requests whose time came
 * @param completed requests answered or given up
 * @param succeeded answers that count as success
 * @param shed answers by which the target declined work
 * @param failed other answers, and requests without one
 * @param excluded completed requests kept out of both latencies because of a pause of ours
 * @param intended latency from the moment a request was due
 * @param service latency from the moment it was sent
 * @param lateness how long after its time a request left although a connection was free
 */
public record LoadInterval(
        long due,
        long completed,
        long succeeded,
        long shed,
        long failed,
        long excluded,
        Histogram intended,
        Histogram service,
        Histogram lateness) {}
