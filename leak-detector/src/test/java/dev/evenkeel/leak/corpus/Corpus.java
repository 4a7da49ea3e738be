package dev.evenkeel.leak.corpus;

import java.util.ArrayList;
import java.util.List;

/** All cases: leaks, each with the same code mended, and look-alikes. */
final class Corpus {

    private Corpus() {}

    /** The cases that run on a JDK of this feature number. */
    static List<CorpusCase> cases(int jdk) {
        Builder corpus = new Builder();
        ThreadCases.add(corpus);
        DescriptorCases.add(corpus);
        HeapCases.add(corpus);
        PlatformCases.add(corpus);
        LookAlikes.add(corpus);
        ExtentCases.add(corpus);
        HeldOutLeaks.add(corpus);
        HeldOutLookAlikes.add(corpus);
        ServiceLeaks.add(corpus);
        UnevenLeaks.add(corpus);
        RuntimeLeaks.add(corpus);
        ServiceLookAlikes.add(corpus);
        return corpus.cases.stream().filter(c -> c.leastJdk() <= jdk).toList();
    }

    static CorpusCase named(String id) {
        return cases(Integer.MAX_VALUE).stream()
                .filter(c -> c.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no case \"" + id + "\"."));
    }

    /** Collects the cases. */
    static final class Builder {
        private final List<CorpusCase> cases = new ArrayList<>();

        void twin(String name, CorpusCase.Twin twin, String... culprits) {
            twin(17, name, twin, culprits);
        }

        void twin(int leastJdk, String name, CorpusCase.Twin twin, String... culprits) {
            cases.add(new CorpusCase(
                    name + "/leak", CorpusCase.Truth.LEAK, List.of(culprits), leastJdk, () -> twin.open(true)));
            cases.add(new CorpusCase(
                    name + "/mended", CorpusCase.Truth.FIXED, List.of(), leastJdk, () -> twin.open(false)));
        }

        void lookAlike(String name, CorpusCase.Opening opening) {
            lookAlike(17, name, opening);
        }

        void lookAlike(int leastJdk, String name, CorpusCase.Opening opening) {
            cases.add(new CorpusCase(name, CorpusCase.Truth.LOOK_ALIKE, List.of(), leastJdk, opening));
        }
    }
}
