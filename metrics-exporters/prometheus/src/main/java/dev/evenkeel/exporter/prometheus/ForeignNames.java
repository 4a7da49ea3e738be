package dev.evenkeel.exporter.prometheus;

/** What foreign metrics are called that have no name of their own in Prometheus. */
final class ForeignNames {
    private ForeignNames() {}

    /** The gauge of a summary's quantiles; the unit stays at the end: {@code rpc_seconds} has {@code rpc_quantile_seconds}. */
    static String quantiles(String summary, String unit) {
        String ending = "_" + unit;
        return unit.isEmpty() || !summary.endsWith(ending)
                ? summary + "_quantile"
                : summary.substring(0, summary.length() - ending.length()) + "_quantile" + ending;
    }
}
