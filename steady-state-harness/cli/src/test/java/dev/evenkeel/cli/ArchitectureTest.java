package dev.evenkeel.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The arrows of the house: who may know whom. A package that is not on the map fails the test. */
class ArchitectureTest {
    /** Each room's package prefix, and the rooms it may use besides itself. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("metrics", Set.of()),
            Map.entry("exporter.http", Set.of("metrics")),
            Map.entry("exporter.prometheus", Set.of("metrics", "exporter.http")),
            Map.entry("exporter.otlp", Set.of("metrics")),
            Map.entry("exporter.jmx", Set.of("metrics")),
            Map.entry("exporter.micrometer", Set.of("metrics")),
            Map.entry("exporter.spring", Set.of("metrics", "exporter.micrometer", "exporter.prometheus")),
            Map.entry("exporter.tracing", Set.of("metrics")),
            Map.entry("exporter.live", Set.of("metrics", "exporter.http", "drift")),
            Map.entry("leak", Set.of("metrics", "drift")),
            Map.entry("drift", Set.of()),
            Map.entry("guard", Set.of("metrics")),
            Map.entry("scenario", Set.of("guard", "metrics")),
            Map.entry(
                    "payments",
                    Set.of("guard", "metrics", "drift", "exporter.http", "exporter.prometheus", "exporter.live")),
            Map.entry("soak", Set.of("metrics", "drift", "leak")),
            Map.entry("dashboard", Set.of("metrics")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.evenkeel");

    @Test
    void everyRoomIsOnTheMapAndHasSomethingInIt() {
        Set<String> found = CLASSES.stream()
                .map(type -> roomOf(type.getPackageName()))
                .filter(room -> !room.equals("cli"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(new TreeSet<>(ARROWS.keySet()), found);
    }

    @Test
    void everyRoomUsesOnlyTheRoomsItMay() {
        ARROWS.forEach((room, mayUse) -> noClasses()
                .that()
                .resideInAPackage("dev.evenkeel." + room + "..")
                .should()
                .dependOnClassesThat(new DescribedPredicate<JavaClass>("belong to a room not in " + mayUse) {
                    @Override
                    public boolean test(JavaClass target) {
                        if (!target.getPackageName().startsWith("dev.evenkeel")) {
                            return false;
                        }
                        String other = roomOf(target.getPackageName());
                        return !other.equals(room) && !mayUse.contains(other);
                    }
                })
                .check(CLASSES));
    }

    @Test
    void nobodyReachesIntoAnotherRoomsInternals() {
        for (JavaClass type : CLASSES) {
            String room = roomOf(type.getPackageName());
            type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getPackageName())
                    .filter(target -> target.startsWith("dev.evenkeel") && target.contains(".internal"))
                    .forEach(target -> assertEquals(room, roomOf(target), type.getName() + " uses " + target));
        }
    }

    @Test
    void theCoreNeedsNothingButTheJdkAndHdrHistogram() {
        noClasses()
                .that()
                .resideInAPackage("dev.evenkeel.metrics..")
                .and()
                .resideOutsideOfPackage("dev.evenkeel.metrics.pool")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "dev.evenkeel.metrics..",
                        "java..",
                        "javax.management..",
                        "com.sun.management..",
                        "com.sun.net.httpserver..", // both of the JDK, for callers that use them
                        "javax.net.ssl..",
                        "jdk.jfr..", // as well, for VirtualThreadEvents alone
                        "org.HdrHistogram..",
                        "org.jspecify.annotations..")
                .check(CLASSES);
    }

    /** The pool adapters compile against libraries that are there only for who uses them: each in a class of its own. */
    @Test
    void eachPoolAdapterNeedsItsOwnLibraryAlone() {
        noClasses()
                .that()
                .resideInAPackage("dev.evenkeel.metrics.pool")
                .and()
                .haveNameNotMatching(".*\\.HikariPoolMetrics(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.zaxxer..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.evenkeel.metrics.pool")
                .and()
                .haveNameNotMatching(".*\\.HttpClientPoolMetrics(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache..")
                .check(CLASSES);
    }

    @Test
    void driftHasNoClockNoThreadsNoFilesAndNoRandomness() {
        noClasses()
                .that()
                .resideInAPackage("dev.evenkeel.drift..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..", "java.nio.file..", "java.net..", "java.time..", "java.util.concurrent..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .check(CLASSES);
    }

    /** The reference service stands for every service: what it pulls in, all of them would. */
    @Test
    void aServiceNeverPullsInTheSoakEngineOrTheCommandLine() {
        Set<String> reached = new TreeSet<>();
        collect("payments", reached);

        assertTrue(reached.contains("metrics"), "the walk found " + reached);
        assertTrue(!reached.contains("soak") && !reached.contains("cli"), "the service reaches " + reached);
    }

    private static void collect(String room, Set<String> reached) {
        if (reached.add(room)) {
            CLASSES.stream()
                    .filter(type -> roomOf(type.getPackageName()).equals(room))
                    .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                    .map(dependency -> dependency.getTargetClass().getPackageName())
                    .filter(target -> target.startsWith("dev.evenkeel"))
                    .map(ArchitectureTest::roomOf)
                    .distinct()
                    .forEach(next -> collect(next, reached));
        }
    }

    private static String roomOf(String packageName) {
        String tail = packageName.substring("dev.evenkeel.".length());
        String[] parts = tail.split("\\.", -1);
        return parts[0].equals("exporter") ? parts[0] + "." + parts[1] : parts[0];
    }
}
