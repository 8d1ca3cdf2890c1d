package dev.onceonly.server.command;

import dev.onceonly.core.Failure;
import dev.onceonly.core.audit.ChainFault;
import dev.onceonly.core.service.AuditLog;
import dev.onceonly.server.admin.Admin;
import dev.onceonly.store.sqlite.StoreCheck;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/// `onceonly verify`.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Checks that the store is consistent; exit code 1 if it is not. Changes nothing that is kept.",
      "As every command, it first brings a store of an earlier version to this version's tables,"
          + " which older programs refuse then."
    })
final class VerifyCommand extends OperatorCommand {
  private static final int CHAINS_SHOWN_MAX = 20;

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
      List<ChainFault> faults = new AuditLog(admin.store()).verify().faults();
      LongFunction<String> names = AuditCommand.names(admin.accounts());
      faults.stream()
          .limit(CHAINS_SHOWN_MAX)
          .forEach(fault -> problems.add("in the audit log, " + AuditCommand.words(fault, names)));
      Map<ChainFault.Kind, Long> others =
          faults.stream()
              .skip(CHAINS_SHOWN_MAX)
              .collect(
                  Collectors.groupingBy(
                      ChainFault::kind,
                      () -> new EnumMap<>(ChainFault.Kind.class),
                      Collectors.counting()));
      others.forEach((kind, count) ->
          problems.add(
              count
                  + " more chains of the audit log are broken (an entry "
                  + kind.words()
                  + "); 'onceonly audit verify' names them"));
    } catch (Failure e) {
      problems.add("the audit log can't be read: " + e.getMessage());
    }
  }
}
