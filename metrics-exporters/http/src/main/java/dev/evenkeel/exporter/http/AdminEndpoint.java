package dev.evenkeel.exporter.http;

import java.io.IOException;

/** Answers GET and HEAD for one path. Called by several threads at a time; must not change what it reports. */
@FunctionalInterface
public interface AdminEndpoint {
    /**
     * Answers one request, by exactly one call of a method of the response. A request that is left unanswered, or ends
     * with an exception before the answer began, gets status 500.
     *
     * <p>At most {@link AdminLimits#requests} calls run at a time, each on a thread of its connection. One that takes
     * longer than {@link AdminLimits#answerTime} is interrupted, and its client cut off.
     */
    void respond(AdminRequest request, AdminResponse response) throws IOException;
}
