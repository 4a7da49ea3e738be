/**
 * Requests that a process answers and sends: how many, how long, how many at a time, and what each of them did.
 *
 * <p>Start with {@link dev.evenkeel.metrics.http.HttpServerMetrics} for the JDK's server,
 * {@link dev.evenkeel.metrics.http.MeteredHttpClient} for its client, and {@link dev.evenkeel.metrics.http.RequestStats} for
 * counts that belong to one request. All types are safe from any thread; none starts one. A request costs a few additions and two
 * clock readings.
 *
 * <p>The first two need the modules {@code jdk.httpserver} and {@code java.net.http}; on the module path whoever uses them
 * requires those. Names and labels are OpenTelemetry's semantic conventions for HTTP. Other servers and clients belong into
 * modules of their own.
 */
@NullMarked
package dev.evenkeel.metrics.http;

import org.jspecify.annotations.NullMarked;
