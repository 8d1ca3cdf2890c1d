package dev.onceonly.server.admin;

import dev.onceonly.store.sqlite.StoreRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// The running server's side of an operator's commands: a Unix socket in the data folder that only
/// the server's user can open (mode 600). One command at a time.
public final class AdminSocket implements AutoCloseable {
  private static final Logger LOG = System.getLogger(AdminSocket.class.getName());

  private final Path path;
  private final ServerSocketChannel channel;
  private final Commands commands;
  private final Thread thread;

  /// A socket's path has 108 bytes on Linux and 104 on macOS, and Java keeps two.
  public static final int PATH_BYTES_MAX =
      System.getProperty("os.name", "").startsWith("Mac") ? 102 : 106;

  /// Runs a command line and says how it went.
  @FunctionalInterface
  public interface Commands {
    AdminWire.Answer run(AdminWire.Request request);
  }

  /// Opens the socket.
  ///
  /// @param folder the data folder, which the caller holds
  public AdminSocket(Path folder, Commands commands) {
    this.path = pathIn(folder);
    this.commands = commands;
    try {
      Files.deleteIfExists(path);
      channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      channel.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new StoreRefused(
          "can't open the socket for operators at " + path + ": " + e.getMessage());
    }
    thread = Thread.ofPlatform().name("admin-socket").daemon().start(this::loop);
  }

  /// Whether no socket can be in that folder, because its path is too long.
  public static boolean isTooLong(Path folder) {
    return pathIn(folder).toString().getBytes(StandardCharsets.UTF_8).length > PATH_BYTES_MAX;
  }

  static Path pathIn(Path folder) {
    return folder.resolve("admin.sock");
  }

  private void loop() {
    while (channel.isOpen()) {
      try (SocketChannel connection = channel.accept()) {
        AdminWire.Request request = AdminWire.readRequest(connection);
        if (request != null) {
          AdminWire.write(connection, commands.run(request));
        }
      } catch (AsynchronousCloseException e) {
        return;
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.WARNING, "an operator's command failed", e);
      }
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread.interrupt();
  }
}
