/**
 * Gauges, counts and times of connection pools.
 *
 * <p>Start with {@link dev.evenkeel.metrics.pool.HikariPoolMetrics} for HikariCP, {@link
 * dev.evenkeel.metrics.pool.HttpClientPoolMetrics} for Apache HttpClient 5, and {@link
 * dev.evenkeel.metrics.pool.PoolMetrics} for any other pool. Each class needs its library only when it is used. Every type
 * is safe from any thread; none starts one: gauges are read when the registry is collected.
 *
 * <p>A pool that is closed is absent, never zero. What bounds calls, rather than counts them, belongs to the guards.
 */
@NullMarked
package dev.evenkeel.metrics.pool;

import org.jspecify.annotations.NullMarked;
