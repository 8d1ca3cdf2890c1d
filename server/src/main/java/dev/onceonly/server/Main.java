package dev.onceonly.server;

import dev.onceonly.server.command.OnceOnlyCommand;

/// The program.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    NativeSqlite.usePrepared();
    int exitCode = OnceOnlyCommand.run(arguments);
    // Whatever threads there still are: nothing is waited for that would not end by itself.
    System.exit(exitCode);
  }
}
