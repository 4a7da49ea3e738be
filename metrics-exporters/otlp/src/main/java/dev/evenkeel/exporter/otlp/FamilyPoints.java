package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The points of one family in one batch: one for each series. Not thread-safe. */
final class FamilyPoints {
    static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("dev.evenkeel.metrics");

    private final MetricDescriptor descriptor;
    private final List<SeriesPoint> points;

    /** By attributes; made when the first point might be one more of a series that is here. */
    private @Nullable Map<Attributes, Integer> places;

    FamilyPoints(MetricDescriptor descriptor) {
        this(descriptor, new ArrayList<>());
    }

    private FamilyPoints(MetricDescriptor descriptor, List<SeriesPoint> points) {
        this.descriptor = descriptor;
        this.points = points;
    }

    MetricDescriptor descriptor() {
        return descriptor;
    }

    int size() {
        return points.size();
    }

    List<SeriesPoint> points() {
        return points;
    }

    /** Adds the point of a series that has none here yet. */
    void append(SeriesPoint point) {
        if (places != null) {
            places.put(point.getAttributes(), points.size());
        }
        points.add(point);
    }

    /** Returns the point of a series, or null. */
    @Nullable
    SeriesPoint find(SeriesId id) {
        Map<Attributes, Integer> index = places;
        if (index == null) {
            index = new HashMap<>();
            for (int i = 0; i < points.size(); i++) {
                index.put(points.get(i).getAttributes(), i);
            }
            places = index;
        }
        Integer place = index.get(id.attributes());
        return place == null ? null : points.get(place);
    }

    /** Puts a newer point in the place of the one that its series has here. */
    void replace(SeriesPoint newer) {
        find(newer.id());
        Map<Attributes, Integer> index = places;
        if (index != null) {
            points.set(index.getOrDefault(newer.getAttributes(), 0), newer);
        }
    }

    /** Returns whether points of successive intervals add up; others replace each other. */
    boolean addsUp(boolean delta) {
        return delta && (descriptor.kind() == Kind.COUNTER || descriptor.kind() == Kind.HISTOGRAM);
    }

    /** Takes away and returns what comes after the first points. */
    FamilyPoints splitAfter(int n) {
        List<SeriesPoint> rest = points.subList(n, points.size());
        FamilyPoints taken = new FamilyPoints(descriptor, new ArrayList<>(rest));
        rest.clear();
        places = null;
        return taken;
    }

    /** Shows the points as they are; there must be one. */
    MetricData toMetricData(Resource resource, boolean delta) {
        AggregationTemporality temporality = delta ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
        SeriesPoint first = points.get(0);
        return switch (descriptor.kind()) {
            case COUNTER -> first instanceof LongPoint
                    ? data(resource, MetricDataType.LONG_SUM, SumData.createLongSumData(true, temporality, longs()))
                    : data(
                            resource,
                            MetricDataType.DOUBLE_SUM,
                            SumData.createDoubleSumData(true, temporality, doubles()));
            case GAUGE -> data(resource, MetricDataType.DOUBLE_GAUGE, GaugeData.createDoubleGaugeData(doubles()));
            case UP_DOWN_COUNTER -> data( // a level: its differences would be of no use to anybody
                    resource,
                    MetricDataType.LONG_SUM,
                    SumData.createLongSumData(false, AggregationTemporality.CUMULATIVE, longs()));
            case HISTOGRAM -> first instanceof ExplicitPoint
                    ? data(
                            resource,
                            MetricDataType.HISTOGRAM,
                            HistogramData.create(temporality, FamilyPoints.<HistogramPointData>all(points)))
                    : data(
                            resource,
                            MetricDataType.EXPONENTIAL_HISTOGRAM,
                            ExponentialHistogramData.create(
                                    temporality, FamilyPoints.<ExponentialHistogramPointData>all(points)));
        };
    }

    private List<LongPointData> longs() {
        return all(points);
    }

    private List<DoublePointData> doubles() {
        return all(points);
    }

    @SuppressWarnings("unchecked") // a family is of one kind, and has one class of points
    private static <P> List<P> all(List<? extends SeriesPoint> points) {
        return (List<P>) points;
    }

    private MetricData data(Resource resource, MetricDataType type, Data<?> data) {
        return new FamilyData(resource, SCOPE, descriptor.name(), descriptor.help(), descriptor.unit(), type, data);
    }
}
