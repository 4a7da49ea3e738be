package dev.evenkeel.cli.pool;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.pool.HttpClientPoolMetrics;
import dev.evenkeel.soak.load.Outcome;
import java.io.IOException;
import java.util.List;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** Calls through Apache HttpClient 5 to the fast upstream and the slow one, by turns. */
final class PooledHttpLoad implements Load {
    static final String POOL = "httpclient5";

    private final CloseableHttpClient client;
    private final String[] urls;
    private final List<Crowd> crowds;

    PooledHttpLoad(String fastUrl, String slowUrl, Settings settings, MetricRegistry registry) {
        urls = new String[] {fastUrl, slowUrl};
        crowds = List.of(
                new Crowd("fast upstream", "HttpClient 5", settings.permits()),
                new Crowd("slow upstream", "HttpClient 5", settings.permits()));
        PoolingHttpClientConnectionManager pool = PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(settings.permits())
                .setMaxConnTotal(2 * settings.permits())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(Settings.HTTP_CONNECT))
                        .setSocketTimeout(Timeout.of(Settings.HTTP_ANSWER))
                        .setTimeToLive(TimeValue.of(Settings.HTTP_LIVE))
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .build())
                .build();
        client = HttpClients.custom()
                .setConnectionManager(
                        HttpClientPoolMetrics.bindTo(registry, POOL, pool).timed(pool))
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.of(Settings.HTTP_WAIT))
                        .setResponseTimeout(Timeout.of(Settings.HTTP_ANSWER))
                        .build())
                .disableAutomaticRetries()
                .evictExpiredConnections()
                .evictIdleConnections(TimeValue.of(Settings.HTTP_IDLE))
                .build();
    }

    @Override
    public List<Crowd> crowds() {
        return crowds;
    }

    @Override
    public Outcome send(long sequence) {
        int which = (int) (sequence % 2);
        Crowd crowd = crowds.get(which);
        long entered = crowd.enter();
        try {
            int status = client.execute(new HttpGet(urls[which]), answer -> {
                EntityUtils.consume(answer.getEntity());
                return answer.getCode();
            });
            if (status == 200) {
                crowd.answered();
                return Outcome.SUCCESS;
            }
            crowd.failed();
            return Outcome.FAILED;
        } catch (ConnectionRequestTimeoutException e) {
            crowd.refused();
            return Outcome.SHED;
        } catch (IOException e) {
            crowd.failed();
            return Outcome.FAILED;
        } finally {
            crowd.leave(entered);
        }
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
