package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.internal.SlotKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class CounterGroupTest {
    private final MetricRegistry registry = MetricRegistry.create();
    private final CounterGroup group = registry.counterGroup("http.client")
            .member("requests", "{request}", "Requests sent.")
            .member("bytes", "By", "Bytes sent.")
            .register();

    private static CounterGroup groupOf(MetricRegistry registry, String name, int members) {
        CounterGroupBuilder builder = registry.counterGroup(name);
        for (int i = 0; i < members; i++) {
            builder.member("m" + i);
        }
        return builder.register();
    }

    @Test
    void membersAreCountersOfTheirOwnForWhoeverCollects() {
        group.add(1, 100);
        group.add(2, 50);

        Snapshot snapshot = registry.snapshot();

        Point requests = snapshot.find("http.client.requests").orElseThrow();
        assertEquals(3.0, requests.value());
        assertEquals(Kind.COUNTER, requests.descriptor().kind());
        assertEquals("{request}", requests.descriptor().unit());
        assertEquals("Requests sent.", requests.descriptor().help());
        assertEquals(150.0, snapshot.value("http.client.bytes"));
        assertEquals(0.0, snapshot.value("evenkeel.groups.stale"));
        assertEquals(0.0, snapshot.value("evenkeel.groups.spilled"));
    }

    @Test
    void readingHasTheSumsByNameAndByPlace() {
        group.add(1, 100);

        GroupReading reading = group.read();

        assertEquals(1, reading.sum("http.client.requests"));
        assertEquals(100, reading.sum(1));
        assertFalse(reading.isStale());
        assertThrows(IndexOutOfBoundsException.class, () -> reading.sum(2));
        assertEquals(
                "Cannot read \"bytes\" of counter group http.client[http.client.requests, http.client.bytes]: it is not a "
                        + "member. Pass the full name of one, with that of the group in front.",
                assertThrows(IllegalArgumentException.class, () -> reading.sum("bytes"))
                        .getMessage());
    }

    @Test
    void eachNumberOfMembersIsAddedInDeclaredOrder() throws Exception {
        for (int members = 2; members <= 8; members++) {
            CounterGroup some = groupOf(registry, "g" + members, members);
            int n = members;
            Runnable twice = () -> {
                for (int times = 0; times < 2; times++) {
                    switch (n) {
                        case 2 -> some.add(1, 2);
                        case 3 -> some.add(1, 2, 3);
                        case 4 -> some.add(1, 2, 3, 4);
                        case 5 -> some.add(1, 2, 3, 4, 5);
                        case 6 -> some.add(1, 2, 3, 4, 5, 6);
                        case 7 -> some.add(1, 2, 3, 4, 5, 6, 7);
                        default -> some.add(1, 2, 3, 4, 5, 6, 7, 8);
                    }
                }
            };
            twice.run();
            if (Threads.virtualThreadsExist()) {
                Threads.virtual(1, t -> twice.run());
            } else {
                twice.run();
            }

            GroupReading reading = some.read();
            Snapshot snapshot = registry.snapshot();
            for (int i = 0; i < members; i++) {
                assertEquals(4L * (i + 1), reading.sum(i));
                assertEquals(4.0 * (i + 1), snapshot.value("g" + members + ".m" + i));
            }
        }
        assertEquals(0.0, registry.snapshot().value("evenkeel.dropped", "arity"));
    }

    @Test
    void deltaReadersSeeWhatCameSinceTheirOwnLastCollect() {
        group.add(5, 500);
        MetricReader one = registry.deltaReader();
        group.add(1, 100);
        MetricReader two = registry.deltaReader();
        group.add(2, 0);

        Snapshot ones = one.snapshot();
        Snapshot twos = two.snapshot();

        assertEquals(3.0, ones.value("http.client.requests"));
        assertEquals(100.0, ones.value("http.client.bytes"));
        assertEquals(2.0, twos.value("http.client.requests"));
        assertTrue(twos.find("http.client.bytes").isEmpty(), "no change");
        assertTrue(one.snapshot().find("http.client.requests").isEmpty());
        assertEquals(8.0, registry.snapshot().value("http.client.requests"));
    }

    @Test
    void negativeAmountDropsTheWholeAdditionAndIsCounted() {
        group.add(1, 100);
        group.add(1, -1);
        group.add(-1, 1);
        group.add(new long[] {-1, 1});

        assertEquals(1, group.read().sum(0));
        assertEquals(100, group.read().sum(1));
        assertEquals(3.0, registry.snapshot().value("evenkeel.dropped", "negative"));
    }

    @Test
    void wrongNumberOfAmountsDropsTheAdditionAndIsCounted() {
        group.add(1, 2, 3);
        group.add(1, 2, 3, 4);
        group.add(new long[] {1});
        groupOf(registry, "three", 3).add(1, 2);

        assertEquals(0, group.read().sum(0));
        assertEquals(4.0, registry.snapshot().value("evenkeel.dropped", "arity"));
    }

    @Test
    void askedAgainForTheSameMembersItIsTheSameGroup() {
        CounterGroup again = registry.counterGroup("http.client")
                .member("requests", "{request}", "Another help.")
                .member("bytes", "By", "")
                .register();

        assertSame(group, again);
        assertEquals(List.of("http.client.requests", "http.client.bytes"), group.members());
        assertNotSame(group, groupOf(registry, "other", 2));
    }

    @Test
    void registersAllMembersOrNone() {
        registry.counter("pool.misses").register();
        int before = registry.families().seriesCount();

        CounterGroupBuilder builder =
                registry.counterGroup("pool").member("hits").member("misses");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, builder::register);

        assertEquals(
                "Cannot register counter group member \"pool.misses\": a counter of that name exists (unit none, no "
                        + "labels). One name has one type in every exposition format. Rename one of them, or fetch the "
                        + "existing one with registry.counter(\"pool.misses\").",
                e.getMessage());
        assertEquals(before, registry.families().seriesCount());
        assertTrue(registry.snapshot().find("pool.hits").isEmpty());
    }

    @Test
    void nameOfAMemberIsTaken() {
        InstrumentBuilder<Counter> counter =
                registry.counter("http.client.bytes").unit("By");
        CounterGroupBuilder turned =
                registry.counterGroup("http.client").member("bytes", "By", "").member("requests", "{request}", "");

        assertEquals(
                "Cannot register counter \"http.client.bytes\": it is a member of the counter group "
                        + "http.client[http.client.requests, http.client.bytes]. One name has one type in every exposition "
                        + "format, and a member is recorded to through its group. Rename one of them, or fetch the group "
                        + "with registry.counterGroup(\"http.client\").",
                assertThrows(IllegalArgumentException.class, counter::register).getMessage());
        assertEquals(
                "Cannot register counter group member \"http.client.bytes\": it is a member of the counter group "
                        + "http.client[http.client.requests, http.client.bytes] already, which has other members, another "
                        + "order or other units. One name has one meaning in every exposition format. Rename it, or ask for "
                        + "the existing group as it is.",
                assertThrows(IllegalArgumentException.class, turned::register).getMessage());
    }

    @Test
    void impossibleGroupsAreRefused() {
        CounterGroupBuilder one = registry.counterGroup("g").member("a");
        assertEquals(
                "Cannot register counter group \"g\" of 1 member: a group has 2 to 8, which are copied whole with each "
                        + "addition. Name them with member(..), or use registry.counter(..) for a single one.",
                assertThrows(IllegalArgumentException.class, one::register).getMessage());
        assertEquals(
                "Cannot register counter group \"g\" of 9 members: a group has 2 to 8, which are copied whole with each "
                        + "addition. Leave out what follows from others, or make two groups.",
                assertThrows(IllegalArgumentException.class, () -> groupOf(registry, "g", 9))
                        .getMessage());
        assertEquals(
                "Cannot give counter group \"g\" the member \"a\" twice: a series has one value for each name. Rename one "
                        + "of them.",
                assertThrows(IllegalArgumentException.class, () -> one.member("a"))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> registry.counterGroup("9"));
        assertThrows(IllegalArgumentException.class, () -> one.member("b c"));
        assertThrows(NullPointerException.class, () -> one.member(null));
    }

    @Test
    void closedRegistryCountsLateAdditionsAndReadsNothing() {
        group.add(1, 100);
        registry.close();
        group.add(1, 100);
        group.add(new long[] {1, 100});

        assertEquals(0, group.read().sum(0));
        assertEquals(2.0, registry.snapshot().value("evenkeel.dropped", "late"));
        CounterGroupBuilder late = registry.counterGroup("late").member("a").member("b");
        assertEquals(
                "Cannot register counter group \"late\": the registry is closed, and what it counted would reach nobody. "
                        + "Register instruments before close(), or create a new registry.",
                assertThrows(IllegalStateException.class, late::register).getMessage());
    }

    @Test
    void groupInTheSlotsOfEvictedSeriesStartsAtZero() throws Exception {
        Labelled<Counter> labelled = registry.counter("gone").labels("k").register();
        MetricReader reader = registry.deltaReader();
        for (int i = 0; i < 50; i++) {
            labelled.bind("k" + i).add(1000 + i);
            labelled.evict("k" + i);
        }
        int free = registry.core().slabs().newSlot(SlotKind.SUM);
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (registry.core().slabs().startOf(free) == 0) { // until slots come back used
            assertTrue(System.nanoTime() < deadline, "no slot came back");
            System.gc();
            reader.snapshot(); // takes the departures, which hold their series
            registry.snapshot();
            free = registry.core().slabs().newSlot(SlotKind.SUM);
        }

        CounterGroup late = groupOf(registry, "late", 2);
        assertTrue(registry.core().slabs().startOf(slotOf(late)) > 0, "a used slot");
        assertEquals(0.0, registry.snapshot().value("late.m0"));
        reader.snapshot();
        late.add(3, 4);

        assertEquals(3.0, registry.snapshot().value("late.m0"));
        Snapshot delta = reader.snapshot();
        assertEquals(3.0, delta.value("late.m0"));
        assertEquals(4.0, delta.value("late.m1"));
    }

    private static int slotOf(CounterGroup group) {
        return group.cells().slot(0);
    }

    @Test
    void deltaReaderWithoutRoomForAllMembersSeesNoneOfThem() {
        MetricRegistry small = MetricRegistry.builder()
                .maxBytes(1 << 18)
                .cardinalityLimit(100_000)
                .build();
        CounterGroup crowded = groupOf(small, "g", 8);
        MetricReader reader = small.deltaReader();
        Labelled<Counter> fill = small.counter("fill").labels("k").register();
        crowded.add(1, 1, 1, 1, 1, 1, 1, 1);
        for (int i = 0; i < 5000; i++) {
            fill.bind("k" + i).increment();
        }
        CounterGroup straddling = groupOf(small, "s", 8); // from the part of the memory that is kept back for families
        for (int i = 0; i < 20; i++) {
            straddling.add(1, 1, 1, 1, 1, 1, 1, 1);
            Snapshot delta = reader.snapshot();
            long seen = delta.points().stream()
                    .filter(p -> p.descriptor().name().startsWith("s."))
                    .count();
            assertTrue(seen == 0 || seen == 8, seen + " of 8");
        }
        small.close();
    }
}
