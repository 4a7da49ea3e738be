/**
 * The metrics of a registry in any Micrometer registry.
 *
 * <p>Start with {@link dev.evenkeel.exporter.micrometer.EvenkeelMeterBinder}. Any thread may read the meters; those who find
 * no fresh reading wait for one walk of the registry, recorders for nobody.
 *
 * <p>A Micrometer registry over our core, the opposite way, is missing and belongs here. Spring Boot's auto-configuration
 * does not.
 */
@NullMarked
package dev.evenkeel.exporter.micrometer;

import org.jspecify.annotations.NullMarked;
