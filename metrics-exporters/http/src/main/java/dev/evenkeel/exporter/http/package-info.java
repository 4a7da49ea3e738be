/**
 * One bounded HTTP listener for what an operator asks a process: metrics, status, readiness.
 *
 * <p>Start with {@link dev.evenkeel.exporter.http.AdminListener}; what it serves beside its own pages is an
 * {@link dev.evenkeel.exporter.http.AdminEndpoint}, what bounds it {@link dev.evenkeel.exporter.http.AdminLimits}. Endpoints are called by
 * named daemon threads, a few at a time.
 *
 * <p>The listener only answers questions: it takes GET and HEAD, and nothing served by it changes the process. It listens on loopback
 * unless told otherwise. Wire formats belong to the modules of those wires.
 */
@NullMarked
package dev.evenkeel.exporter.http;

import org.jspecify.annotations.NullMarked;
