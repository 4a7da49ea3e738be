/**
 * What is wrong with a page of Prometheus text, and how to mend it.
 *
 * <p>Start with {@link dev.evenkeel.exporter.prometheus.audit.Audit}, which reads the text of any process and returns an
 * {@link dev.evenkeel.exporter.prometheus.audit.AuditReport}; {@link dev.evenkeel.exporter.prometheus.audit.Rule} lists what
 * is looked for. Everything here is a plain function of the text and its options: no threads, no clock, no network.
 *
 * <p>Fetching a page and printing a report do not belong here; nor do rule and dashboard files.
 */
@NullMarked
package dev.evenkeel.exporter.prometheus.audit;

import org.jspecify.annotations.NullMarked;
