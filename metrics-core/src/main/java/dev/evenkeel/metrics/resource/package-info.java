/**
 * Readings of the resources that a JVM, its process and its control group use.
 *
 * <p>Start with {@link dev.evenkeel.metrics.resource.ResourceSamplers} for the standing gauges and
 * {@link dev.evenkeel.metrics.resource.LiveSet} for the heap that is really in use, on demand. Samplers start no thread of
 * their own: they read when the registry is collected, each of JVM, process and control group in one sweep, and no reading
 * brings the JVM to a safepoint. {@code LiveSet} is the exception that its name announces: each reading stops the
 * application for a collection. What is too dear for a collect runs on a
 * {@link dev.evenkeel.metrics.resource.SamplerSchedule}. All public types may be used from any thread.
 *
 * <p>A resource that the platform does not report is absent, never zero. What is done with the readings belongs to the
 * exporters and to the drift analysis.
 */
@NullMarked
package dev.evenkeel.metrics.resource;

import org.jspecify.annotations.NullMarked;
