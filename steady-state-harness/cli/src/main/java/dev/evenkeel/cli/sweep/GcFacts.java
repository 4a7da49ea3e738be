package dev.evenkeel.cli.sweep;

import java.util.OptionalDouble;

/**
 * Collections within some time.
 *
 * @param collections that told the heap they left
 * @param pauses times the program stood still
 * @param pauseMillis of all of them
 * @param longestPauseMillis of the longest
 * @param afterBytes middle of the heap's use after a collection; with Epsilon all that was allocated; empty when no collection ran
 */
record GcFacts(int collections, int pauses, double pauseMillis, double longestPauseMillis, OptionalDouble afterBytes) {}
