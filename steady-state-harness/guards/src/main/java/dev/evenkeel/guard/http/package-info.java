/**
 * A bound around {@code java.net.http}, which opens as many connections to a slow host as it is asked to.
 *
 * <p>Start with {@link dev.evenkeel.guard.http.BoundedHttpClient}. Safe from any thread; starts none. Callers wait for a
 * place no longer than they were told, and what they are refused they get as {@link
 * dev.evenkeel.guard.http.UpstreamBusyException}.
 *
 * <p>Retries and what to answer while an upstream is busy belong to the caller.
 */
@NullMarked
package dev.evenkeel.guard.http;

import org.jspecify.annotations.NullMarked;
