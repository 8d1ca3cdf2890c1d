package dev.onceonly.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.Set;
import java.util.regex.Pattern;

/// Who may import and call what. The rules are written for any root package, so that
/// [ArchitectureRulesTest] can hold the very same ones against planted offenders.
///
/// @param root the package above `core`, `store`, `dispatch`, `http` and `server`
record ArchitectureRules(String root) {

  /// The packages below `core` that several concepts may share: a step's vocabulary, and the
  /// services that compose what two concepts need together. Every other package there is a concept.
  private static final Set<String> NO_CONCEPTS = Set.of("step", "service");

  private static final Set<String> CLOCK_METHODS =
      Set.of("now", "currentTimeMillis", "nanoTime", "system", "systemUTC", "systemDefaultZone");

  private static final Pattern CLOCK_OWNERS =
      Pattern.compile("java\\.lang\\.System|java\\.time\\.\\w+|java\\.time\\.chrono\\.\\w+");

  /// The store keeps the clock that decides expiry, in classes that say so in their name.
  private static final Pattern CLOCK_CLASS = Pattern.compile("(Clock.*|.*Clock)");

  ArchRule coreImportsTheJdkOnly() {
    return classes()
        .that(areIn("core"))
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify..", root + ".core.."))
        .because("the rules of the product must run anywhere, without a database or a web server");
  }

  ArchRule coreTouchesNoMachine() {
    return noClasses()
        .that(areIn("core"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.io..", "java.net..", "java.nio.file..", "java.nio.channels..")
                .or(resideInAnyPackage("java.sql..", "java.util.logging.."))
                .or(startThreads())
                .or(describe("System.Logger", c -> c.getName().startsWith("java.lang.System$"))))
        .because("a pure function can be run a million times in a test, in simulated time");
  }

  ArchRule conceptsImportNotOneAnother() {
    return SlicesRuleDefinition.slices()
        .assignedFrom(new Concepts(root + ".core."))
        .should()
        .notDependOnEachOther()
        .because("what two concepts need together is composed in core.service beside them");
  }

  ArchRule onlyServicesImportServices() {
    return noClasses()
        .that(areIn("core"))
        .and(DescribedPredicate.not(areIn("core.service")))
        .should()
        .dependOnClassesThat(areIn("core.service"))
        .because("a service composes concepts, and a concept that knew it would close the circle");
  }

  ArchRule storeKnowsNoHttp() {
    return noClasses()
        .that(areIn("store"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(root + ".http..", root + ".server..", "io.helidon..")
                .or(resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..")))
        .because("a table is not shaped by the wire");
  }

  ArchRule httpKnowsNoSql() {
    return noClasses()
        .that(areIn("http"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(root + ".store..", root + ".server..")
                .or(resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..")))
        .because("a route asks a service; another store must not change a route");
  }

  ArchRule dispatchImportsCoreOnly() {
    return noClasses()
        .that(areIn("dispatch"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(root + ".store..", root + ".http..", root + ".server..")
                .or(resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..")))
        .because("a call of a tool is the same whoever asks and wherever it is recorded");
  }

  ArchRule onlyTheWiringReadsAClock() {
    return noClasses()
        .that(areIn("core").or(areIn("http")).or(areIn("store")).or(areIn("dispatch")))
        .and(DescribedPredicate.not(areClocksOfTheStore()))
        .should()
        .accessTargetWhere(
            describe("reads a wall or monotonic clock", ArchitectureRules::readsClock))
        .because("time comes in as an argument, so that a test can move it");
  }

  private DescribedPredicate<JavaClass> areIn(String module) {
    return resideInAnyPackage(root + "." + module + "..");
  }

  private DescribedPredicate<JavaClass> areClocksOfTheStore() {
    return describe(
        "are clocks of the store",
        c -> areIn("store").test(c) && CLOCK_CLASS.matcher(outermost(c).getSimpleName()).matches());
  }

  private static JavaClass outermost(JavaClass nested) {
    return nested.getEnclosingClass().map(ArchitectureRules::outermost).orElse(nested);
  }

  /// Counts a method reference like a call: `System::nanoTime` reads the clock as well, only later.
  private static boolean readsClock(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String name = access.getName();
    return CLOCK_OWNERS.matcher(owner).matches() && CLOCK_METHODS.contains(name);
  }

  private static DescribedPredicate<JavaClass> startThreads() {
    return describe(
        "start threads",
        c ->
            c.getName().startsWith("java.lang.Thread")
                || c.getName().startsWith("java.util.Timer")
                || c.getName()
                    .matches("java\\.util\\.concurrent\\.\\w*(Execut|Fork|Scope)[\\w$]*"));
  }

  /// One slice for each package directly below `core` that is a concept, with all below it.
  private record Concepts(String prefix) implements SliceAssignment {

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass candidate) {
      String name = candidate.getPackageName();
      if (!name.startsWith(prefix)) {
        return SliceIdentifier.ignore();
      }
      String concept = name.substring(prefix.length()).replaceFirst("\\..*", "");
      return NO_CONCEPTS.contains(concept) ? SliceIdentifier.ignore() : SliceIdentifier.of(concept);
    }

    @Override
    public String getDescription() {
      return "concepts of core";
    }
  }
}
