/**
 * The {@code audit} command: fetches a page of metrics, has it judged, prints the findings.
 *
 * <p>Start with {@link dev.evenkeel.cli.audit.AuditCommand}. One thread, but for those of the JDK's HTTP client.
 *
 * <p>The rules live in {@link dev.evenkeel.exporter.prometheus.audit}.
 */
@NullMarked
package dev.evenkeel.cli.audit;

import org.jspecify.annotations.NullMarked;
