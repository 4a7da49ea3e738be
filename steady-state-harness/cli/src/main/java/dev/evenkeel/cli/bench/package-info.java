/**
 * The {@code bench} command: our recorders and their peers, measured side by side in one run.
 *
 * <p>Start with {@link dev.evenkeel.cli.bench.BenchCommand}; {@link dev.evenkeel.cli.bench.BenchSuite} lists what is
 * measured against what. Everything here runs on the caller's thread and starts one JVM at a time.
 *
 * <p>The benchmarks themselves are {@code src/jmh/java} of the module that they measure.
 */
@NullMarked
package dev.evenkeel.cli.bench;

import org.jspecify.annotations.NullMarked;
