/**
 * Micrometer's meter registry on our core, and the metrics of a core in any other Micrometer registry.
 *
 * <p>Start with {@link dev.evenkeel.exporter.micrometer.EvenkeelMeterRegistry} to record through Micrometer, with {@link
 * dev.evenkeel.exporter.micrometer.EvenkeelMeterBinder} to publish through it. Any thread may record and read; readers wait for each
 * other, recorders for nobody.
 *
 * <p>Spring Boot's auto-configuration does not belong here: it has an artifact of its own.
 */
@NullMarked
package dev.evenkeel.exporter.micrometer;

import org.jspecify.annotations.NullMarked;
