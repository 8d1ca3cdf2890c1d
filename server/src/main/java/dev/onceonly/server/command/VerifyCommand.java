package dev.onceonly.server.command;

import dev.onceonly.core.Failure;
import dev.onceonly.core.service.AuditLog;
import dev.onceonly.server.admin.Admin;
import dev.onceonly.store.sqlite.StoreCheck;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/// `onceonly verify`.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Checks that the store is consistent; exit code 1 if it is not. Reads only.")
final class VerifyCommand extends OperatorCommand {
  @Override
  int run(Admin admin, PrintWriter out) {
    StoreCheck.Findings findings = admin.store().check();
    List<String> problems = new ArrayList<>(findings.problems());
    if (findings.isSound()) {
      audit(admin, problems);
    }
    findings.rows().forEach((table, rows) -> out.println(rows + " " + table));
    problems.forEach(problem -> out.println("PROBLEM: " + problem));
    if (admin.store().isPaused()) {
      out.println("restored from a backup and not resumed yet");
    }
    boolean isSound = problems.isEmpty();
    out.println(isSound ? "the store is consistent" : "the store is NOT consistent");
    return isSound ? 0 : 1;
  }

  /// Audit entries have their own hashes.
  private static void audit(Admin admin, List<String> problems) {
    try {
      new AuditLog(admin.store())
          .verify()
          .faults()
          .forEach(fault ->
              problems.add(
                  "in an audit chain, "
                      + fault.words()
                      + "; 'onceonly audit verify' says in which"));
    } catch (Failure e) {
      problems.add("the audit log can't be read: " + e.getMessage());
    }
  }
}
