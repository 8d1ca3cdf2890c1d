package dev.onceonly.server.mail;

import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.List;

/// A real mail server in this process.
final class GreenMailServer implements AutoCloseable {
  private final GreenMail server;

  private GreenMailServer(int port, GreenMailConfiguration configuration) {
    server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.withConfiguration(configuration).start();
  }

  /// Takes letters to anybody.
  static GreenMailServer start() {
    return on(0);
  }

  static GreenMailServer on(int port) {
    return new GreenMailServer(port, new GreenMailConfiguration());
  }

  /// Knows one login.
  static GreenMailServer withUser(String user, String password) {
    return new GreenMailServer(0, new GreenMailConfiguration().withUser(user, password));
  }

  /// A port on which nobody listens.
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getSmtp().getPort();
  }

  List<MimeMessage> letters() {
    return List.of(server.getReceivedMessages());
  }

  /// Waits for that many letters to have come.
  boolean await(int letters) {
    return server.waitForIncomingEmail(20_000, letters);
  }

  List<String> messageIds() {
    return letters().stream().map(letter -> header(letter, "Message-ID")).toList();
  }

  /// All values of a header, as they came over the wire.
  static String header(MimeMessage letter, String name) {
    try {
      String[] values = letter.getHeader(name);
      return values == null ? "" : String.join("|", Arrays.asList(values));
    } catch (MessagingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop();
  }
}
