/**
 * Commands on runs that are stored: {@code judge} says the verdict again, {@code mark} tells a run that goes on what is about to
 * happen, {@code plan} says from a run how long the next must be.
 *
 * <p>Start with {@link dev.evenkeel.cli.judge.JudgeCommand}. One thread.
 *
 * <p>What a stored run is, and how it is judged, belongs in {@code dev.evenkeel.soak}.
 */
@NullMarked
package dev.evenkeel.cli.judge;

import org.jspecify.annotations.NullMarked;
