package dev.onceonly.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The canary of the architecture rules: planted offenders below `dev.onceonly.server.planted`
/// stand where `core`, `store`, `dispatch`, `http` and `server` stand in the product, and each rule
/// must name exactly those that break it.
final class ArchitectureRulesTest {

  private static final String ROOT = "dev.onceonly.server.planted";

  private static final ArchitectureRules RULES = new ArchitectureRules(ROOT);

  private static final JavaClasses PLANTED =
      new ClassFileImporter().importPaths("target/test-classes/" + ROOT.replace('.', '/'));

  @Test
  void aLibraryInCoreIsRefused() {
    assertThat(offenders(RULES.coreImportsTheJdkOnly())).containsExactly("core.ImportsALibrary");
  }

  @Test
  void filesAndThreadsInCoreAreRefused() {
    assertThat(offenders(RULES.coreTouchesNoMachine()))
        .containsExactly("core.ReadsAFile", "core.StartsAThread", "core.StartsAnExecutor");
  }

  @Test
  void aConceptThatImportsAnotherIsRefusedAndAServiceIsNot() {
    assertThat(offenders(RULES.conceptsImportNotOneAnother()))
        .containsExactly("core.lock.ImportsAnotherConcept");
  }

  @Test
  void aConceptThatImportsAServiceIsRefused() {
    assertThat(offenders(RULES.onlyServicesImportServices()))
        .containsExactly("core.lease.ImportsAService");
  }

  @Test
  void httpAndJsonInTheStoreAreRefused() {
    assertThat(offenders(RULES.storeKnowsNoHttp()))
        .containsExactly("store.ImportsHttp", "store.ImportsJson");
  }

  @Test
  void sqlAndTheStoreInARouteAreRefused() {
    assertThat(offenders(RULES.httpKnowsNoSql()))
        .containsExactly("http.ImportsSql", "http.ImportsTheStore");
  }

  @Test
  void theStoreInADispatchIsRefused() {
    assertThat(offenders(RULES.dispatchImportsCoreOnly()))
        .containsExactly("dispatch.ImportsTheStore");
  }

  @Test
  void aClockOutsideTheWiringIsRefusedEvenAsAMethodReference() {
    assertThat(offenders(RULES.onlyTheWiringReadsAClock()))
        .containsExactly(
            "core.ReadsTheClock",
            "dispatch.ReadsTheClock",
            "http.ReadsTheClock",
            "store.ReadsTheClockByReference");
  }

  @Test
  void aRuleThatFindsNoClassFails() {
    JavaClasses none = new ClassFileImporter().importPaths("target/nowhere");

    assertThat(none).isEmpty();
    assertThatThrownBy(() -> RULES.coreImportsTheJdkOnly().check(none))
        .hasMessageContaining("failed to check any classes");
  }

  /// The planted classes that a rule complains about: those that stand first in a line of details.
  private static List<String> offenders(ArchRule rule) {
    Pattern origin =
        Pattern.compile(
            "(?:Class|Field|Method|Constructor|Record component) <"
                + Pattern.quote(ROOT)
                + "\\.((?:[a-z]+\\.)+[A-Z]\\w*)[^>]*> (?:has|calls|gets|depends|references)");
    return rule.evaluate(PLANTED).getFailureReport().getDetails().stream()
        .flatMap(line -> origin.matcher(line).results().map((MatchResult m) -> m.group(1)))
        .distinct()
        .sorted()
        .toList();
  }
}
