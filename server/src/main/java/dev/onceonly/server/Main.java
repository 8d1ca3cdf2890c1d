package dev.onceonly.server;

import dev.onceonly.server.command.OnceOnlyCommand;

/// The program.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    NativeSqlite.usePrepared();
    int exitCode = OnceOnlyCommand.run(arguments);
    // Threads of a stopped server are daemons or have ended; a non-zero code has to be said.
    if (exitCode != 0) {
      System.exit(exitCode);
    }
  }
}
