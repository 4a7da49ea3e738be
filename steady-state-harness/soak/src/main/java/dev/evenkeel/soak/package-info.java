/**
 * The soak engine: load, faults, a sample a second, and a verdict on what grew.
 *
 * <p>Start with {@link dev.evenkeel.soak.SoakEngine} to run, {@link dev.evenkeel.soak.Target} to
 * point it at something, and {@link dev.evenkeel.soak.RunResult} to read what came out.
 *
 * <p>One engine runs once, on the thread that calls it. Load senders and the sampler have threads of
 * their own, named {@code evenkeel-*}, which end before {@code run} returns.
 *
 * <p>The statistics belong in {@code dev.evenkeel.drift}, files for people in {@code
 * dev.evenkeel.soak.report}, command-line parsing and child processes in the command line module.
 */
@NullMarked
package dev.evenkeel.soak;

import org.jspecify.annotations.NullMarked;
