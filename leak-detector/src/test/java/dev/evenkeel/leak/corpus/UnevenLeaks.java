package dev.evenkeel.leak.corpus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/** Leaks whose growth is rare, comes in bursts or waves, or starts late; see {@link ServiceLeaks}. */
final class UnevenLeaks {

    private UnevenLeaks() {}

    static void add(Corpus.Builder corpus) {
        twin(corpus, "one message in twenty calls", UnevenLeaks::deadLetters, "DeadLetter");
        twin(corpus, "ten at once every fifty calls", UnevenLeaks::bursts, "Rejected");
        twin(corpus, "more come than go, in waves", UnevenLeaks::waves, "Parcel");
        twin(corpus, "nothing for sixty calls, then each call", UnevenLeaks::late, "Coupon");
        twin(corpus, "one call in eight by chance", UnevenLeaks::byChance, "Hold");
        twin(corpus, "deadlines far ahead", UnevenLeaks::deadlines, "Deadline");
        twin(corpus, "beside a cache that still fills", UnevenLeaks::besideCache, "Refund");
        twin(corpus, "sizes that differ a thousandfold", UnevenLeaks::sizes, "Upload");
        twin(corpus, "words of a vocabulary without an end", UnevenLeaks::words, "Vocabulary");
    }

    private static void twin(Corpus.Builder corpus, String name, CorpusCase.Twin twin, String... culprits) {
        ServiceLeaks.twin(corpus, name, twin, culprits);
    }

    private record DeadLetter(int number, byte[] body) {}

    private static Subject deadLetters(boolean leaking) {
        List<DeadLetter> letters = new ArrayList<>();
        int[] n = {0};
        return () -> {
            if (++n[0] % 20 == 0) {
                letters.add(new DeadLetter(n[0], new byte[100]));
                if (!leaking) {
                    letters.clear();
                }
            }
        };
    }

    private record Rejected(String why) {}

    private static Subject bursts(boolean leaking) {
        List<Rejected> all = new ArrayList<>();
        int[] n = {0};
        return () -> {
            if (++n[0] % 50 == 0) {
                if (!leaking) {
                    all.clear();
                }
                for (int i = 0; i < 10; i++) {
                    all.add(new Rejected("limit " + i));
                }
            }
        };
    }

    private record Parcel(int weight) {}

    /** Six calls bring five each, the next six take four each (or all five). */
    private static Subject waves(boolean leaking) {
        Deque<Parcel> hall = new ArrayDeque<>();
        int[] n = {0};
        return () -> {
            boolean morning = n[0]++ / 6 % 2 == 0;
            for (int i = 0; i < (morning ? 5 : leaking ? 4 : 5); i++) {
                if (morning) {
                    hall.add(new Parcel(i));
                } else {
                    hall.poll();
                }
            }
        };
    }

    private record Coupon(String code) {}

    private static Subject late(boolean leaking) {
        Set<Coupon> used = new HashSet<>();
        int[] n = {0};
        return () -> {
            int number = n[0]++;
            if (number >= 60) {
                Coupon coupon = new Coupon("spring-" + number);
                used.add(coupon);
                if (!leaking) {
                    used.remove(coupon);
                }
            }
        };
    }

    private record Hold(int seat) {}

    private static Subject byChance(boolean leaking) {
        Map<Integer, Hold> holds = new HashMap<>();
        Random random = new Random(81);
        int[] n = {0};
        return () -> {
            int seat = n[0]++;
            holds.put(seat, new Hold(seat));
            if (!leaking || random.nextInt(8) != 0) { // else the payment failed, and nobody gave the seat back
                holds.remove(seat);
            }
        };
    }

    private record Deadline(long at, Runnable then) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            return Long.compare(at, other.at);
        }
    }

    private static Subject deadlines(boolean leaking) {
        PriorityQueue<Deadline> queue = new PriorityQueue<>();
        long[] now = {0};
        return () -> {
            now[0]++;
            long at = now[0] + (leaking ? 1_000_000 : 12);
            queue.add(new Deadline(at, () -> now[0]++));
            while (!queue.isEmpty() && queue.peek().at <= now[0]) {
                queue.poll();
            }
        };
    }

    private record Article(int id, byte[] picture) {}

    private record Refund(long order) {}

    private static Subject besideCache(boolean leaking) {
        Map<Integer, Article> cache = new HashMap<>();
        List<Refund> refunds = new ArrayList<>();
        int[] n = {0};
        return () -> {
            int id = n[0]++;
            if (id < 300) {
                cache.put(id, new Article(id, new byte[300]));
            }
            refunds.add(new Refund(id));
            if (!leaking && refunds.size() > 10) {
                refunds.clear();
            }
        };
    }

    private record Upload(byte[] body) {}

    private static Subject sizes(boolean leaking) {
        List<Upload> uploads = new ArrayList<>();
        Random random = new Random(82);
        return () -> {
            uploads.add(new Upload(new byte[(int) Math.pow(10, 1 + 3 * random.nextDouble())]));
            if (!leaking && uploads.size() > 8) {
                uploads.clear();
            }
        };
    }

    private static final class Vocabulary {
        private final Set<String> words = new HashSet<>();
    }

    /** New words come ever more seldom, and never stop to come. */
    private static Subject words(boolean leaking) {
        Vocabulary vocabulary = new Vocabulary();
        Random random = new Random(83);
        int[] n = {0};
        return () -> {
            n[0]++;
            boolean fresh = leaking && random.nextDouble() < Math.max(0.3, 1 / (1 + n[0] / 20.0));
            vocabulary.words.add("word " + (fresh ? 1_000 + n[0] : random.nextInt(40)));
        };
    }
}
