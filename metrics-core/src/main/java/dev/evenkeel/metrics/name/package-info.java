/**
 * How metrics, labels and series are called on each wire.
 *
 * <p>Start with {@link dev.evenkeel.metrics.name.WireNames}: a metric is declared once, by its dotted name, unit, kind, labels and
 * help, and every exporter asks this one table for its spelling. Immutable, so safe from any thread.
 *
 * <p>Encoding, escaping for a format and field numbers belong in the exporters.
 */
@NullMarked
package dev.evenkeel.metrics.name;

import org.jspecify.annotations.NullMarked;
