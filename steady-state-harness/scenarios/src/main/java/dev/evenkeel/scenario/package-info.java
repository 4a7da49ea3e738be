/**
 * Reproducible pathologies of concurrent services, each with an oracle that proves it happened and a cure that is proved to
 * cure it.
 *
 * <p>Start with {@link dev.evenkeel.scenario.Scenarios#all()} and read a {@link dev.evenkeel.scenario.ScenarioOutcome}.
 * Scenarios are immutable and may be run from any thread; a run is finished, and its threads are gone, when {@code run}
 * returns.
 *
 * <p>Two are here so far: the collapse of a shared compare-and-set loop and the retry storm. Scenarios of locks, pools and
 * queues are missing. Guards against such pathologies belong in the guards module, detectors of them in the core.
 */
@NullMarked
package dev.evenkeel.scenario;

import org.jspecify.annotations.NullMarked;
