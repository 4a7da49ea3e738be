package dev.evenkeel.leak.corpus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collections that only grow. */
final class HeapCases {

    private HeapCases() {}

    static void add(Corpus.Builder corpus) {
        corpus.twin("static list", HeapCases::staticList, "Order");
        corpus.twin("listeners never removed", HeapCases::listeners, "Panel", "Bus");
        corpus.twin("thread-local of a pool's thread", HeapCases::threadLocal, "Session");
        corpus.twin("cache without a bound", HeapCases::unboundedCache, "Quote");
        corpus.twin("one object in sixteen calls", HeapCases::rare, "Order");
        corpus.twin("object kept on every seventh call", HeapCases::errorPath, "Failure");
        corpus.twin("growth that starts after forty calls", HeapCases::late, "Order");
        corpus.twin("map by identity", HeapCases::identityMap, "Subscription");
        corpus.twin("duplicates, for lack of equals", HeapCases::duplicates, "Coordinate");
        corpus.twin("key that changes inside its map", HeapCases::mutableKey, "Basket");
        corpus.twin("weak map whose values hold their keys", HeapCases::weakMap, "Tenant", "Connector");
        corpus.twin("queue that fills faster than it drains", HeapCases::queue, "Event");
        corpus.twin("array that grows by references to what exists", HeapCases::references, "Index");
        corpus.twin("string builder never reset", HeapCases::stringBuilder, "Transcript", "StringBuilder");
        corpus.twin("bit set of ever higher bits", HeapCases::bitSet, "Seen", "BitSet");
        corpus.twin("inner class that keeps the outer one", HeapCases::innerClass, "Screen");
        corpus.twin("sessions that never expire", HeapCases::sessions, "Login");
        corpus.twin("patterns compiled once for each input", HeapCases::patterns, "java.util.regex");
        corpus.twin("series for each request id", HeapCases::series, "Meter");
        corpus.twin("history of undo steps", HeapCases::undo, "Edit");
        corpus.twin("view of a view of a list", HeapCases::subLists, "SubList", "Page");
        corpus.twin("function composed with itself", HeapCases::composed, "Lambda", "Pipeline");
        corpus.twin("pool that makes anew what is not given back", HeapCases::pool, "Codec");
        corpus.twin("map of maps whose inner maps stay empty", HeapCases::emptyMaps, "java.util.HashMap", "Rooms");
        corpus.twin("parent that keeps its finished children", HeapCases::children, "Span");
        corpus.twin("index whose entries outlive what they point to", HeapCases::index, "Posting");
        corpus.twin("two buckets an hour, never dropped", HeapCases::buckets, "Slice");
    }

    /** What the cases keep; each case has its own class. */
    record Order(int id) {}

    record Failure(int id, String message) {}

    record Session(String user) {}

    record Quote(String symbol, byte[] body) {}

    record Event(int id, String payload) {}

    record Login(String user, long at) {}

    record Edit(String before, String after) {}

    record Posting(String word, int document) {}

    private static Subject staticList(boolean leaking) {
        return new Subject() {
            @Override
            public void iterate() {
                Audit.ORDERS.add(new Order(Audit.ORDERS.size()));
                if (!leaking) {
                    Audit.ORDERS.clear();
                }
            }

            @Override
            public void close() {
                Audit.ORDERS.clear();
            }
        };
    }

    private static final class Audit {
        static final List<Order> ORDERS = new ArrayList<>();
    }

    private static Subject listeners(boolean leaking) {
        Bus bus = new Bus();
        return () -> {
            Panel panel = new Panel();
            bus.listeners.add(panel);
            bus.listeners.forEach(Runnable::run);
            if (!leaking) {
                bus.listeners.remove(panel);
            }
        };
    }

    private static final class Bus {
        final List<Runnable> listeners = new ArrayList<>();
    }

    private static final class Panel implements Runnable {
        private final int[] pixels = new int[32];

        @Override
        public void run() {
            pixels[0]++;
        }
    }

    private static Subject threadLocal(boolean leaking) {
        ExecutorService pool = Executors.newFixedThreadPool(2, ThreadCases.named("web-"));
        ThreadLocal<List<Session>> sessions = ThreadLocal.withInitial(ArrayList::new);
        int[] n = {0};
        return Subject.of(
                () -> pool.submit(() -> {
                            sessions.get().add(new Session("user " + n[0]++));
                            if (!leaking) {
                                sessions.remove();
                            }
                        })
                        .get(),
                pool::shutdownNow);
    }

    private static Subject unboundedCache(boolean leaking) {
        int bound = leaking ? Integer.MAX_VALUE : 30;
        Map<Integer, Quote> cache = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Quote> eldest) {
                return size() > bound;
            }
        };
        int[] n = {0};
        return () -> cache.computeIfAbsent(n[0]++, id -> new Quote("S" + id, new byte[100]));
    }

    private static Subject rare(boolean leaking) {
        List<Order> kept = new ArrayList<>();
        int[] n = {0};
        return () -> {
            Order order = new Order(n[0]);
            if (++n[0] % 16 == 0 && leaking) {
                kept.add(order);
            }
        };
    }

    private static Subject errorPath(boolean leaking) {
        Deque<Failure> failures = new ArrayDeque<>();
        int[] n = {0};
        return () -> {
            if (++n[0] % 7 == 0) {
                failures.add(new Failure(n[0], "request " + n[0] + " failed"));
                if (!leaking && failures.size() > 5) {
                    failures.remove();
                }
            }
        };
    }

    private static Subject late(boolean leaking) {
        List<Order> kept = new ArrayList<>();
        int[] n = {0};
        return () -> {
            if (++n[0] > 40) {
                kept.add(new Order(n[0]));
                if (!leaking && kept.size() > 3) {
                    kept.clear();
                }
            }
        };
    }

    private static Subject identityMap(boolean leaking) {
        Map<Object, Subscription> byKey = leaking ? new IdentityHashMap<>() : new HashMap<>();
        return () -> byKey.put("topic/" + Thread.currentThread().getId(), new Subscription());
    }

    private static final class Subscription {
        long delivered;
    }

    private static Subject duplicates(boolean leaking) {
        Set<Object> seen = new HashSet<>();
        int[] n = {0};
        return () -> {
            int at = n[0]++ % 8;
            seen.add(leaking ? new Coordinate(at, at) : new EqualCoordinate(at, at));
        };
    }

    private static class Coordinate {
        final int x;
        final int y;

        Coordinate(int x, int y) {
            this.x = x;
            this.y = y;
        }
    }

    private static final class EqualCoordinate extends Coordinate {
        EqualCoordinate(int x, int y) {
            super(x, y);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof EqualCoordinate c && c.x == x && c.y == y;
        }

        @Override
        public int hashCode() {
            return Objects.hash(x, y);
        }
    }

    private static Subject mutableKey(boolean leaking) {
        Map<Basket, String> open = new HashMap<>();
        return () -> {
            Basket basket = new Basket();
            open.put(basket, "open");
            if (leaking) {
                basket.items.add("apple");
            }
            open.remove(basket);
        };
    }

    private static final class Basket {
        final List<String> items = new ArrayList<>();

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Basket b && b.items.equals(items);
        }

        @Override
        public int hashCode() {
            return items.hashCode();
        }
    }

    private static Subject weakMap(boolean leaking) {
        Map<Tenant, Connector> connectors = new WeakHashMap<>();
        int[] n = {0};
        return () -> {
            Tenant tenant = new Tenant("t" + n[0]++);
            connectors.put(tenant, new Connector(leaking ? tenant : null));
        };
    }

    private static final class Tenant {
        final String name;

        Tenant(String name) {
            this.name = name;
        }
    }

    private static final class Connector {
        final @Nullable Tenant tenant;

        Connector(@Nullable Tenant tenant) {
            this.tenant = tenant;
        }
    }

    private static Subject queue(boolean leaking) {
        Queue<Event> queue = new ConcurrentLinkedQueue<>();
        int[] n = {0};
        return () -> {
            queue.add(new Event(n[0]++, "first"));
            queue.add(new Event(n[0]++, "second"));
            queue.poll();
            if (!leaking) {
                queue.poll();
            }
        };
    }

    private static Subject references(boolean leaking) {
        List<Order> known = List.of(new Order(1), new Order(2), new Order(3));
        Index index = new Index();
        return () -> {
            for (int i = 0; i < 40; i++) {
                index.hits.add(known.get(i % known.size()));
            }
            if (!leaking) {
                index.hits.clear();
            }
        };
    }

    private static final class Index {
        final List<Order> hits = new ArrayList<>();
    }

    private static Subject stringBuilder(boolean leaking) {
        Transcript transcript = new Transcript();
        int[] n = {0};
        return () -> {
            transcript.text.append("line ").append(n[0]++).append(" of what was said so far\n");
            if (!leaking && transcript.text.length() > 500) {
                transcript.text.setLength(0);
            }
        };
    }

    private static final class Transcript {
        final StringBuilder text = new StringBuilder();
    }

    private static Subject bitSet(boolean leaking) {
        Seen seen = new Seen();
        int[] n = {0};
        return () -> {
            seen.ids.set(leaking ? n[0]++ * 640 : n[0]++ % 640);
        };
    }

    private static final class Seen {
        final java.util.BitSet ids = new java.util.BitSet();
    }

    private static Subject innerClass(boolean leaking) {
        List<Runnable> whenIdle = new ArrayList<>();
        return () -> {
            whenIdle.add(new Screen().refresh());
            if (!leaking) {
                whenIdle.remove(0).run();
            }
        };
    }

    private static final class Screen {
        private final byte[] picture = new byte[600];

        Runnable refresh() {
            return new Runnable() {
                @Override
                public void run() {
                    picture[0]++;
                }
            };
        }
    }

    private static Subject sessions(boolean leaking) {
        ConcurrentHashMap<String, Login> sessions = new ConcurrentHashMap<>();
        int[] n = {0};
        return () -> {
            long now = n[0]++;
            sessions.put("session-" + now, new Login("u" + now % 5, now));
            if (!leaking) {
                sessions.values().removeIf(login -> login.at() < now - 10);
            }
        };
    }

    private static Subject patterns(boolean leaking) {
        Map<String, Pattern> compiled = new ConcurrentHashMap<>();
        int[] n = {0};
        return () -> {
            String expression = "order-" + (leaking ? n[0]++ : n[0]++ % 4) + "-[a-z]+";
            compiled.computeIfAbsent(expression, Pattern::compile)
                    .matcher("order-1-a")
                    .matches();
        };
    }

    private static Subject series(boolean leaking) {
        Map<List<String>, Meter> meters = new ConcurrentHashMap<>();
        int[] n = {0};
        return () -> meters.computeIfAbsent(
                        List.of("orders", leaking ? "request-" + n[0]++ : "status-" + n[0]++ % 5),
                        labels -> new Meter())
                .count++;
    }

    private static final class Meter {
        long count;
    }

    private static Subject undo(boolean leaking) {
        Deque<Edit> history = new ArrayDeque<>();
        int[] n = {0};
        return () -> {
            history.push(new Edit("text " + n[0], "text " + ++n[0]));
            if (!leaking) {
                history.pop();
            }
        };
    }

    private static Subject subLists(boolean leaking) {
        Page page = new Page();
        return () -> {
            if (leaking) {
                page.rows = page.rows.subList(0, page.rows.size());
            } else {
                page.rows = new ArrayList<>(page.rows.subList(0, page.rows.size()));
            }
        };
    }

    private static final class Page {
        List<Integer> rows = new ArrayList<>(List.of(1, 2, 3, 4));
    }

    private static Subject composed(boolean leaking) {
        Pipeline pipeline = new Pipeline();
        return () -> {
            if (leaking) {
                pipeline.filter = pipeline.filter.and(text -> !text.isEmpty());
            } else {
                pipeline.filter = text -> !text.isEmpty();
            }
        };
    }

    private static final class Pipeline {
        java.util.function.Predicate<String> filter = text -> true;
    }

    private static Subject pool(boolean leaking) {
        List<Codec> all = new ArrayList<>();
        Deque<Codec> idle = new ArrayDeque<>();
        int[] n = {0};
        return () -> {
            Codec codec = idle.isEmpty() ? new Codec() : idle.pop();
            if (!all.contains(codec)) {
                all.add(codec);
            }
            boolean failed = ++n[0] % 3 == 0;
            if (!failed || !leaking) {
                idle.push(codec);
            }
        };
    }

    private static final class Codec {
        final byte[] window = new byte[256];
    }

    private static Subject emptyMaps(boolean leaking) {
        Rooms rooms = new Rooms();
        int[] n = {0};
        return () -> {
            String room = "room " + n[0]++;
            rooms.guests.computeIfAbsent(room, r -> new HashMap<>()).put("guest", n[0]);
            rooms.guests.get(room).remove("guest");
            if (!leaking) {
                rooms.guests.remove(room);
            }
        };
    }

    private static final class Rooms {
        final Map<String, Map<String, Integer>> guests = new HashMap<>();
    }

    private static Subject children(boolean leaking) {
        Span root = new Span();
        return () -> {
            Span child = new Span();
            root.children.add(child);
            child.finished = true;
            if (!leaking) {
                root.children.removeIf(span -> span.finished);
            }
        };
    }

    private static final class Span {
        final List<Span> children = new ArrayList<>(0);
        boolean finished;
    }

    private static Subject index(boolean leaking) {
        Map<Integer, String> documents = new HashMap<>();
        Map<String, List<Posting>> postings = new HashMap<>();
        int[] n = {0};
        return () -> {
            int document = n[0]++;
            documents.put(document, "text");
            postings.computeIfAbsent("word", w -> new ArrayList<>()).add(new Posting("word", document));
            documents.remove(document);
            if (!leaking) {
                postings.values().forEach(list -> list.removeIf(p -> p.document() == document));
            }
        };
    }

    private static Subject buckets(boolean leaking) {
        Map<Long, Slice> slices = Collections.synchronizedMap(new LinkedHashMap<>());
        long[] seconds = {0};
        return () -> {
            seconds[0] += 600;
            slices.computeIfAbsent(seconds[0] / 1800, hour -> new Slice()).counts[0]++;
            if (!leaking) {
                slices.keySet().removeIf(hour -> hour < seconds[0] / 1800 - 4);
            }
        };
    }

    private static final class Slice {
        final long[] counts = new long[30];
    }
}
