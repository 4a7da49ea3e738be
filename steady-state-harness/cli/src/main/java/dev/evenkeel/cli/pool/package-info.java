/**
 * The {@code pool-baseline} command: connection pools with documented settings under a steady load, against a real database
 * and two slow-ish servers.
 *
 * <p>Start with {@link dev.evenkeel.cli.pool.PoolBaselineCommand}. One control thread runs, samples and judges; the senders
 * are those of the load generator.
 *
 * <p>The pools' metrics and the bounded client are libraries; here is only what loads and judges them.
 */
@NullMarked
package dev.evenkeel.cli.pool;

import org.jspecify.annotations.NullMarked;
