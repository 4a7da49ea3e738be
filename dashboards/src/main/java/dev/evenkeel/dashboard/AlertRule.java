package dev.evenkeel.dashboard;

/**
 * One alert.
 *
 * @param name also the name of its runbook
 * @param expr PromQL; one line a part
 * @param hold how long it must hold before it fires, in Prometheus's spelling
 * @param severity {@code warning}: look today; {@code critical}: look now
 * @param summary template of one line
 * @param reason why the threshold is where it is
 */
record AlertRule(String name, String expr, String hold, String severity, String summary, String reason) {

    /** Path of the runbook from the root of the repository. */
    String runbook() {
        return "dashboards/runbooks/" + name + ".md";
    }
}
