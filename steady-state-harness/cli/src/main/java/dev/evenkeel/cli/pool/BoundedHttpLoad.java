package dev.evenkeel.cli.pool;

import dev.evenkeel.guard.http.BoundedHttpClient;
import dev.evenkeel.guard.http.UpstreamBusyException;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.soak.load.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Calls through the bounded {@code java.net.http} to the fast upstream and the slow one, by turns; every other pair async. */
final class BoundedHttpLoad implements Load {
    static final String CLIENT = "java.net.http";

    private final BoundedHttpClient client;
    private final ExecutorService executor;
    private final HttpRequest[] requests;
    private final List<Crowd> crowds;

    BoundedHttpLoad(String fastUrl, String slowUrl, Settings settings, MetricRegistry registry) {
        requests = new HttpRequest[] {request(fastUrl), request(slowUrl)};
        crowds = List.of(
                new Crowd("fast upstream", "BoundedHttpClient", settings.permits()),
                new Crowd("slow upstream", "BoundedHttpClient", settings.permits()));
        executor = Executors.newFixedThreadPool(Settings.HTTP_EXECUTOR, task -> {
            Thread thread = new Thread(task, "evenkeel-http-client");
            thread.setDaemon(true);
            return thread;
        });
        client = BoundedHttpClient.builder(
                        CLIENT,
                        HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_1_1)
                                .connectTimeout(Settings.HTTP_CONNECT)
                                .executor(executor)
                                .build())
                .permits(settings.permits())
                .queue(Settings.HTTP_QUEUE)
                .wait(Settings.HTTP_WAIT)
                .registry(registry)
                .build();
    }

    private static HttpRequest request(String url) {
        return HttpRequest.newBuilder(URI.create(url))
                .timeout(Settings.HTTP_ANSWER)
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
            HttpResponse<String> answer =
                    sequence % 4 < 2 ? client.send(requests[which], BodyHandlers.ofString()) : await(requests[which]);
            if (answer.statusCode() == 200) {
                crowd.answered();
                return Outcome.SUCCESS;
            }
            crowd.failed();
            return Outcome.FAILED;
        } catch (UpstreamBusyException e) {
            crowd.refused();
            return Outcome.SHED;
        } catch (IOException e) {
            crowd.failed();
            return Outcome.FAILED;
        } catch (InterruptedException e) { // the load has ended, and this call with it
            Thread.currentThread().interrupt();
            return Outcome.FAILED;
        } finally {
            crowd.leave(entered);
        }
    }

    private HttpResponse<String> await(HttpRequest request) throws IOException, InterruptedException {
        try {
            return client.sendAsync(request, BodyHandlers.ofString()).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    @Override
    public void close() {
        client.close();
        executor.shutdownNow();
    }
}
