/**
 * The line protocol by which a parent process steers the service and its parts: one line per message, fields separated by
 * tabs, answers begin with {@code @}.
 *
 * <p>Start with {@link dev.evenkeel.payments.control.ControlPipe}. Commands are read by one thread; answers may be given
 * from any. The end of the input means that the parent is gone: the process ends too.
 *
 * <p>What a command does belongs to the process that answers it.
 */
@NullMarked
package dev.evenkeel.payments.control;

import org.jspecify.annotations.NullMarked;
