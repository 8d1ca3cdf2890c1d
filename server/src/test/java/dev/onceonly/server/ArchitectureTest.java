package dev.onceonly.server;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds [ArchitectureRules] against the product's own classes.
///
/// A rule that finds no class to judge fails, so that it can't go quiet when a package is renamed
/// or the import breaks. The one exception is a module without any source yet, which is looked up
/// in its source folder each time: with its first class the exception is gone.
final class ArchitectureTest {

  private static final ArchitectureRules RULES = new ArchitectureRules("dev.onceonly");

  /// From the modules' own output folders: searching the class path would open every library on it.
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importPaths(
              "../core/target/classes",
              "../store/target/classes",
              "../dispatch/target/classes",
              "../http/target/classes",
              "target/classes");

  @Test
  void coreImportsTheJdkOnly() throws IOException {
    check(RULES.coreImportsTheJdkOnly(), "core/src/main/java");
  }

  @Test
  void coreTouchesNoMachine() throws IOException {
    check(RULES.coreTouchesNoMachine(), "core/src/main/java");
  }

  @Test
  void conceptsOfCoreImportNotOneAnother() throws IOException {
    check(RULES.conceptsImportNotOneAnother(), "core/src/main/java");
  }

  @Test
  void onlyServicesOfCoreImportServices() throws IOException {
    check(RULES.onlyServicesImportServices(), "core/src/main/java");
  }

  @Test
  void storeKnowsNoHttp() throws IOException {
    check(RULES.storeKnowsNoHttp(), "store/src/main/java");
  }

  @Test
  void httpKnowsNoSql() throws IOException {
    check(RULES.httpKnowsNoSql(), "http/src/main/java");
  }

  @Test
  void dispatchImportsCoreOnly() throws IOException {
    check(RULES.dispatchImportsCoreOnly(), "dispatch/src/main/java");
  }

  @Test
  void onlyTheWiringReadsAClock() throws IOException {
    check(RULES.onlyTheWiringReadsAClock(), "core/src/main/java");
  }

  private static void check(ArchRule rule, String sources) throws IOException {
    rule.allowEmptyShould(!hasCode(Path.of("..").resolve(sources))).check(CLASSES);
  }

  /// The tests run in the module's folder, beside the other modules.
  private static boolean hasCode(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.anyMatch(
          f -> f.toString().endsWith(".java") && !f.endsWith("package-info.java"));
    }
  }
}
