/**
 * The reference service: card payments over HTTP, PostgreSQL and a clearing upstream, instrumented with this toolkit only.
 *
 * <p>Start with {@link dev.evenkeel.payments.PaymentsMain} (the service), {@link dev.evenkeel.payments.PartsMain} (its
 * database and upstream, a process of their own) and {@link dev.evenkeel.payments.PaymentRequests} (requests for a load
 * generator). All threads start with the service and their number never changes; every queue has a bound, every client a
 * timeout.
 *
 * <p>Leaks planted on purpose live in {@link dev.evenkeel.payments.plant}; how to load and judge the service belongs to
 * the soak engine.
 */
@NullMarked
package dev.evenkeel.payments;

import org.jspecify.annotations.NullMarked;
