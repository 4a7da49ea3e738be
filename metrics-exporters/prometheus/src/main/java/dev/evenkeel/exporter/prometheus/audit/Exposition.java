package dev.evenkeel.exporter.prometheus.audit;

import java.util.List;

/** A page that was read: its families, and how many samples they hold together. */
record Exposition(boolean openMetrics, List<MetricFamily> families, long series) {}
