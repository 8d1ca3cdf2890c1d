package dev.onceonly.server.command;

import dev.onceonly.server.admin.Admin;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/// `onceonly resume`.
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = "Ends the pause that follows a restore.")
final class ResumeCommand extends OperatorCommand {
  @Override
  int run(Admin admin, PrintWriter out) {
    out.println(admin.store().resume() ? "resumed" : "there was nothing to resume");
    return 0;
  }
}
