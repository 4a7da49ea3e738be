/**
 * Histograms on disk, interval by interval, in the log format of HdrHistogram.
 *
 * <p>Start with {@link dev.evenkeel.metrics.hdr.IntervalLog}. Any thread may write an interval; those who do at the same time wait
 * for each other, recorders for none of them.
 *
 * <p>Reading logs is the library's: {@code org.HdrHistogram.HistogramLogReader}. Counters and gauges do not belong here.
 */
@NullMarked
package dev.evenkeel.metrics.hdr;

import org.jspecify.annotations.NullMarked;
