package dev.evenkeel.leak.corpus;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What services keep on the heap for ever. With {@link RuntimeLeaks} and {@link UnevenLeaks} the second set of leaks that the
 * detector was scored on once before it was changed for any of them; docs/leaks.md has that score.
 */
final class ServiceLeaks {
    static final String PREFIX = "held out again: ";

    private ServiceLeaks() {}

    static void add(Corpus.Builder corpus) {
        twin(corpus, "callbacks in a static registry", ServiceLeaks::callbacks, "Checkout", "Hooks");
        twin(corpus, "topic per order on an event bus", ServiceLeaks::topics, "TopicBus");
        twin(corpus, "sessions that expire and are never purged", ServiceLeaks::sessions, "WebSession", "SessionStore");
        twin(corpus, "lock for each order", ServiceLeaks::locks, "LockTable", "ReentrantLock");
        twin(corpus, "statements by their text with its literals", ServiceLeaks::statements, "Prepared");
        twin(corpus, "cache by the identity of a digest", ServiceLeaks::digests, "Thumbnail");
        twin(corpus, "map in order of use without an end", ServiceLeaks::recentlySeen, "RecentlySeen");
        twin(corpus, "audit queue that nobody drains", ServiceLeaks::auditQueue, "AuditEvent");
        twin(corpus, "one number per call", ServiceLeaks::numbers, "java.lang.Integer", "Invoices");
        twin(corpus, "versions that keep the one before", ServiceLeaks::versions, "Version");
        twin(corpus, "chunks of text", ServiceLeaks::chunks, "Scrollback");
        twin(corpus, "tally by user", ServiceLeaks::tallies, "Tally", "EnumMap");
        twin(corpus, "listeners of a token that is never cancelled", ServiceLeaks::tokens, "CancelToken", "Download");
        twin(corpus, "logger per request", ServiceLeaks::loggers, "AuditLoggers", "java.util.logging.Logger");
        twin(corpus, "keys of a soft cache", ServiceLeaks::softValues, "Previews", "SoftReference");
        twin(corpus, "weak listeners never pruned", ServiceLeaks::weakListeners, "WeakBus", "WeakReference");
        twin(corpus, "keys in the logging context of a pool's thread", ServiceLeaks::context, "Mdc", "mdc-*");
        twin(corpus, "text that is only ever added to", ServiceLeaks::trail, "Trail");
        twin(corpus, "failures that keep the one before", ServiceLeaks::failures, "Declined", "Breaker");
        twin(corpus, "edges back to vertices removed", ServiceLeaks::vertices, "Vertex");
        twin(corpus, "names made unique in a map", ServiceLeaks::interner, "Interner");
        twin(corpus, "results that nobody takes", ServiceLeaks::results, "Estimate", "ExecutorCompletionService");
        twin(corpus, "object stream never reset", ServiceLeaks::objectStream, "LedgerEntry", "ObjectOutputStream");
    }

    static void twin(Corpus.Builder corpus, String name, CorpusCase.Twin twin, String... culprits) {
        corpus.twin(PREFIX + name, twin, culprits);
    }

    private static final class Hooks {
        static final Map<Integer, Runnable> BY_NUMBER = new ConcurrentHashMap<>();
    }

    private static final class Checkout {
        private final byte[] basket = new byte[64];

        void paid() {
            basket[0]++;
        }
    }

    private static Subject callbacks(boolean leaking) {
        int[] n = {0};
        return Subject.of(
                () -> {
                    Checkout checkout = new Checkout();
                    int number = n[0]++;
                    Hooks.BY_NUMBER.put(number, checkout::paid);
                    if (!leaking) {
                        Runnable hook = Hooks.BY_NUMBER.remove(number);
                        if (hook != null) {
                            hook.run();
                        }
                    }
                },
                Hooks.BY_NUMBER::clear);
    }

    /** Forgets who subscribed, but not to what. */
    private static final class TopicBus {
        private final Map<String, List<Runnable>> topics = new ConcurrentHashMap<>();

        void subscribe(String topic, Runnable handler) {
            topics.computeIfAbsent(topic, t -> new CopyOnWriteArrayList<>()).add(handler);
        }

        void unsubscribe(String topic, Runnable handler, boolean andForget) {
            topics.computeIfPresent(topic, (t, handlers) -> {
                handlers.remove(handler);
                return andForget && handlers.isEmpty() ? null : handlers;
            });
        }
    }

    private static Subject topics(boolean leaking) {
        TopicBus bus = new TopicBus();
        int[] n = {0};
        return () -> {
            String topic = "order/" + n[0]++;
            Runnable handler = () -> n[0]--;
            bus.subscribe(topic, handler);
            bus.unsubscribe(topic, handler, !leaking);
        };
    }

    private record WebSession(long expiresAt, byte[] attributes) {}

    /** Time is the number of calls; a session lives for twenty. */
    private static final class SessionStore {
        private final Map<String, WebSession> sessions = new ConcurrentHashMap<>();

        @Nullable
        WebSession find(String id, long now) {
            WebSession session = sessions.get(id);
            return session == null || session.expiresAt <= now ? null : session;
        }

        void purge(long now) {
            sessions.values().removeIf(session -> session.expiresAt <= now);
        }
    }

    private static Subject sessions(boolean leaking) {
        SessionStore store = new SessionStore();
        long[] now = {0};
        return () -> {
            String id = "s" + now[0]++;
            if (store.find(id, now[0]) == null) {
                store.sessions.put(id, new WebSession(now[0] + 20, new byte[48]));
            }
            if (!leaking && now[0] % 10 == 0) {
                store.purge(now[0]);
            }
        };
    }

    private static final class LockTable {
        private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    }

    private static Subject locks(boolean leaking) {
        LockTable table = new LockTable();
        int[] n = {0};
        return () -> {
            String order = "order " + n[0]++;
            ReentrantLock lock = table.locks.computeIfAbsent(order, o -> new ReentrantLock());
            lock.lock();
            try {
                if (!leaking) {
                    table.locks.remove(order);
                }
            } finally {
                lock.unlock();
            }
        };
    }

    private record Prepared(String sql, int[] parameterTypes) {}

    private static Subject statements(boolean leaking) {
        Map<String, Prepared> cache = new HashMap<>();
        int[] n = {0};
        return () -> {
            String sql =
                    leaking ? "select total from orders where id = " + n[0]++ : "select total from orders where id = ?";
            cache.computeIfAbsent(sql, text -> new Prepared(text, new int[] {4}));
        };
    }

    private record Thumbnail(byte[] pixels) {}

    private static Subject digests(boolean leaking) {
        Map<Object, Thumbnail> cache = new ConcurrentHashMap<>();
        int[] n = {0};
        return () -> {
            byte[] digest = {1, 2, 3, (byte) (n[0]++ % 10)}; // equal to itself alone
            cache.computeIfAbsent(leaking ? digest : List.of(digest[3]), key -> new Thumbnail(new byte[40]));
        };
    }

    private static final class RecentlySeen extends LinkedHashMap<Long, Long> {
        private static final long serialVersionUID = 1;
        private final boolean bounded;

        RecentlySeen(boolean bounded) {
            super(16, 0.75f, true);
            this.bounded = bounded;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return bounded && size() > 100;
        }
    }

    private static Subject recentlySeen(boolean leaking) {
        RecentlySeen seen = new RecentlySeen(!leaking);
        long[] n = {1_000_000};
        return () -> seen.put(n[0]++, n[0] * 3);
    }

    private record AuditEvent(String user, long at) {}

    private static Subject auditQueue(boolean leaking) {
        LinkedBlockingQueue<AuditEvent> queue = new LinkedBlockingQueue<>();
        long[] n = {0};
        return () -> {
            queue.add(new AuditEvent("user", n[0]++));
            if (!leaking) {
                queue.clear();
            }
        };
    }

    private static final class Invoices {
        static final List<Integer> SENT = new ArrayList<>();
    }

    private static Subject numbers(boolean leaking) {
        int[] n = {100_000};
        return Subject.of(
                () -> {
                    Invoices.SENT.add(n[0]++);
                    if (!leaking && Invoices.SENT.size() >= 20) {
                        Invoices.SENT.clear();
                    }
                },
                Invoices.SENT::clear);
    }

    private record Version(int number, @Nullable Version before) {}

    private static Subject versions(boolean leaking) {
        Version[] current = {new Version(0, null)};
        return () -> {
            Version before = current[0];
            current[0] = new Version(before.number + 1, leaking ? before : null);
        };
    }

    private static final class Scrollback {
        private final List<char[]> lines = new ArrayList<>();
    }

    private static Subject chunks(boolean leaking) {
        Scrollback screen = new Scrollback();
        return () -> {
            screen.lines.add("$ ls -l /var/log/shop".toCharArray());
            if (!leaking && screen.lines.size() > 50) {
                screen.lines.subList(0, 25).clear();
            }
        };
    }

    private enum Action {
        VIEW,
        BUY
    }

    private static final class Tally {
        private final Map<Integer, EnumMap<Action, long[]>> byUser = new HashMap<>();

        void count(int user, Action action) {
            byUser.computeIfAbsent(user, u -> new EnumMap<>(Action.class))
                    .computeIfAbsent(action, a -> new long[1])[0]++;
        }
    }

    private static Subject tallies(boolean leaking) {
        Tally tally = new Tally();
        int[] n = {0};
        return () -> {
            int user = leaking ? n[0] : n[0] % 8;
            tally.count(user, n[0]++ % 3 == 0 ? Action.BUY : Action.VIEW);
        };
    }

    private static final class CancelToken {
        private final List<Runnable> onCancel = new ArrayList<>();
    }

    private record Download(byte[] part) {
        void stop() {
            part[0] = 1;
        }
    }

    private static Subject tokens(boolean leaking) {
        CancelToken untilTheServiceEnds = new CancelToken();
        return () -> {
            Download download = new Download(new byte[32]);
            Runnable stop = download::stop;
            untilTheServiceEnds.onCancel.add(stop);
            if (!leaking) {
                untilTheServiceEnds.onCancel.remove(stop);
            }
        };
    }

    private static final class AuditLoggers {
        private final Map<String, Logger> byRequest = new HashMap<>();
    }

    private static Subject loggers(boolean leaking) {
        AuditLoggers loggers = new AuditLoggers();
        int[] n = {0};
        return () -> {
            String name = "audit.request" + (leaking ? n[0]++ : 0);
            loggers.byRequest.computeIfAbsent(name, Logger::getLogger).fine("an order");
        };
    }

    private static final class Previews {
        private final Map<String, SoftReference<byte[]>> byUrl = new HashMap<>();
    }

    /** The values may go when memory is short; their keys and references stay. */
    private static Subject softValues(boolean leaking) {
        Previews previews = new Previews();
        int[] n = {0};
        return () -> {
            previews.byUrl.put("https://shop.example/picture/" + n[0]++, new SoftReference<>(new byte[20]));
            if (!leaking && previews.byUrl.size() > 60) {
                previews.byUrl.clear();
            }
        };
    }

    private static final class WeakBus {
        private final List<WeakReference<Runnable>> listeners = new ArrayList<>();
    }

    private static Subject weakListeners(boolean leaking) {
        WeakBus bus = new WeakBus();
        int[] n = {0};
        return () -> {
            Runnable listener = () -> n[0]++;
            bus.listeners.add(new WeakReference<>(listener));
            listener.run();
            if (!leaking) {
                bus.listeners.removeIf(l -> l.get() == null || l.get() == listener);
            }
        };
    }

    private static final class Mdc {
        static final ThreadLocal<Map<String, String>> MAP = ThreadLocal.withInitial(HashMap::new);
    }

    private static Subject context(boolean leaking) {
        ExecutorService pool = Executors.newFixedThreadPool(1, ThreadCases.named("mdc-"));
        int[] n = {0};
        return Subject.of(
                () -> pool.submit(() -> {
                            String key = "request-" + n[0]++;
                            Mdc.MAP.get().put(key, "started");
                            if (!leaking) {
                                Mdc.MAP.get().remove(key);
                            }
                        })
                        .get(),
                pool::shutdownNow);
    }

    private static final class Trail {
        private String text = "";
    }

    private static Subject trail(boolean leaking) {
        Trail trail = new Trail();
        return () -> {
            trail.text += "paid; ";
            if (!leaking && trail.text.length() > 300) {
                trail.text = "";
            }
        };
    }

    private static final class Declined extends Exception {
        private static final long serialVersionUID = 1;

        Declined(@Nullable Throwable before) {
            super("the bank declined", before);
        }
    }

    private static final class Breaker {
        private @Nullable Throwable last;
    }

    private static Subject failures(boolean leaking) {
        Breaker breaker = new Breaker();
        return () -> breaker.last = new Declined(leaking ? breaker.last : null);
    }

    private static final class Vertex {
        private final List<Vertex> neighbours = new ArrayList<>(2);
    }

    private static Subject vertices(boolean leaking) {
        List<Vertex> graph = new ArrayList<>(List.of(new Vertex()));
        return () -> {
            Vertex hub = graph.get(0);
            Vertex fresh = new Vertex();
            fresh.neighbours.add(hub);
            hub.neighbours.add(fresh);
            graph.add(fresh);
            graph.remove(fresh);
            if (!leaking) {
                hub.neighbours.remove(fresh);
            }
        };
    }

    private static final class Interner {
        static final Map<String, String> NAMES = new ConcurrentHashMap<>();
    }

    private static Subject interner(boolean leaking) {
        int[] n = {0};
        return Subject.of(
                () -> {
                    String name = "customer " + (leaking ? n[0]++ : n[0]++ % 30);
                    Interner.NAMES.putIfAbsent(name, name);
                },
                Interner.NAMES::clear);
    }

    private record Estimate(double hours, byte[] route) {}

    private static Subject results(boolean leaking) {
        ExecutorService pool = Executors.newFixedThreadPool(2, ThreadCases.named("estimate-"));
        ExecutorCompletionService<Estimate> service = new ExecutorCompletionService<>(pool);
        return Subject.of(
                () -> {
                    service.submit(() -> new Estimate(2.5, new byte[30])).get();
                    if (!leaking) {
                        service.take();
                    }
                },
                pool::shutdownNow);
    }

    private record LedgerEntry(long amount, String account) implements Serializable {}

    private static Subject objectStream(boolean leaking) throws IOException {
        ObjectOutputStream ledger = new ObjectOutputStream(OutputStream.nullOutputStream());
        long[] n = {0};
        return Subject.of(
                () -> {
                    ledger.writeObject(new LedgerEntry(n[0]++, "till"));
                    if (!leaking) {
                        ledger.reset();
                    }
                },
                ledger::close);
    }
}
