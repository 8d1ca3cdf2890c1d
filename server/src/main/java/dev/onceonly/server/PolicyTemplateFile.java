package dev.onceonly.server;

import dev.onceonly.core.govern.PolicyTemplates;
import dev.onceonly.http.api.PolicyTemplateDocument;
import dev.onceonly.server.config.Reason;
import dev.onceonly.server.config.RegularFiles;
import dev.onceonly.server.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The templates of policies that an operator has added.
final class PolicyTemplateFile {
  private PolicyTemplateFile() {}

  /// The built-in templates, with the file's added or in their place.
  ///
  /// @throws dev.onceonly.server.config.SettingsException where the file can't be used
  static PolicyTemplates read(Settings settings) {
    Path file = settings.governance().policyTemplatesFile();
    if (file == null) {
      return PolicyTemplateDocument.builtIn();
    }
    try {
      RegularFiles.require(file);
      return PolicyTemplateDocument.builtInAnd(Files.readAllBytes(file));
    } catch (IOException e) {
      throw settings.wrong("policy_templates_file", "can't be read, " + Reason.of(e));
    } catch (IllegalArgumentException e) {
      throw settings.wrong("policy_templates_file", "can't be used: " + e.getMessage());
    }
  }
}
