/**
 * One bounded HTTP listener for what an operator asks a process: metrics, status, readiness.
 *
 * <p>Start with {@link dev.evenkeel.exporter.http.AdminListener}; what it serves beside its own pages is an
 * {@link dev.evenkeel.exporter.http.AdminEndpoint}. Endpoints are called by a few named daemon threads, several at a time.
 *
 * <p>The listener only answers questions: it takes GET and HEAD, and nothing served by it changes the process. It knows no
 * TLS and no accounts; it listens on loopback unless told otherwise. Wire formats belong to the modules of those wires.
 */
@NullMarked
package dev.evenkeel.exporter.http;

import org.jspecify.annotations.NullMarked;
