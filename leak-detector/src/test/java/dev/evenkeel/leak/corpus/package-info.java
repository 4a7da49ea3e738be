/**
 * Leaks, each beside the same code mended, and healthy code that looks like a leak to whoever takes one delta.
 *
 * <p>Start with {@link dev.evenkeel.leak.corpus.Corpus}, which lists the cases, and {@link dev.evenkeel.leak.corpus.CorpusMain},
 * which judges one of them in a JVM of its own. A case runs on one thread and starts what others it needs.
 *
 * <p>The detector is told nothing about a case: it is given the same name for all of them, and a leak and its twin are the same
 * classes. Tests of single parts of the detector belong one package up.
 */
@NullMarked
package dev.evenkeel.leak.corpus;

import org.jspecify.annotations.NullMarked;
