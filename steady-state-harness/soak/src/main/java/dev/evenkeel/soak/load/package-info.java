/**
 * Open-loop load: requests leave when a schedule fixed beforehand says so, however slow the answers.
 *
 * <p>Start with {@link dev.evenkeel.soak.load.LoadGenerator} to send and {@link
 * dev.evenkeel.soak.load.Connection} to say what a request is; {@link
 * dev.evenkeel.soak.load.HttpConnection} is a keep-alive HTTP/1.1 connection to build one on.
 *
 * <p>Each connection belongs to one sender thread; readings are taken by one control thread.
 *
 * <p>What the answers mean for a verdict does not belong here.
 */
@NullMarked
package dev.evenkeel.soak.load;

import org.jspecify.annotations.NullMarked;
