package dev.onceonly.server.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// A mail server that answers as a test tells it to, for what GreenMail does not do: STARTTLS,
/// refusals, silence. Takes one connection after the other.
final class ScriptedSmtp implements AutoCloseable {
  /// Makes the server hang up instead of answering.
  static final String HANG_UP = "";

  /// What clients said outside of letters, without line ends; `TLS` where encryption began.
  final List<String> said = new CopyOnWriteArrayList<>();

  /// The letters' texts, headers and all.
  final List<String> letters = new CopyOnWriteArrayList<>();

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final @Nullable SSLContext tls;
  private final ServerSocket listening;
  private final Thread thread;

  /// @param tls offers STARTTLS; null does not
  ScriptedSmtp(@Nullable SSLContext tls) {
    this.tls = tls;
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = Thread.ofPlatform().name("scripted-smtp").daemon().start(this::loop);
  }

  int port() {
    return listening.getLocalPort();
  }

  /// Answers a command, by its first word, with this line from now on. `.` is the end of a letter.
  ScriptedSmtp answer(String command, String line) {
    answers.put(command, line);
    return this;
  }

  /// Answers RCPT for this address with this line.
  ScriptedSmtp refuseRecipient(String address, String line) {
    answers.put("RCPT TO:<" + address + ">", line);
    return this;
  }

  private void loop() {
    while (!listening.isClosed()) {
      try (Socket connection = listening.accept()) {
        serve(connection, tls != null);
      } catch (IOException e) {
        said.add("(connection lost)");
      }
    }
  }

  private void serve(Socket plain, boolean offersTls) throws IOException {
    Socket connection = plain;
    boolean mayEncrypt = offersTls;
    BufferedReader in = reader(connection);
    reply(connection, "220 scripted");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      said.add(line);
      String command = line.split(" ", 2)[0];
      String whole = answers.get(line);
      String answer = whole == null ? answers.get(command) : whole;
      if (HANG_UP.equals(answer)) {
        return;
      }
      switch (command) {
        case "EHLO" -> {
          String offers = mayEncrypt ? "250-STARTTLS\r\n" : "";
          reply(connection, "250-scripted\r\n" + offers + "250-AUTH PLAIN\r\n250 SIZE 1000000");
        }
        case "STARTTLS" -> {
          reply(connection, "220 go ahead");
          connection = encrypted(connection);
          in = reader(connection);
          mayEncrypt = false;
          said.add("TLS");
        }
        case "AUTH" -> reply(connection, answer == null ? "235 welcome" : answer);
        case "DATA" -> {
          if (answer != null) {
            reply(connection, answer);
            break;
          }
          reply(connection, "354 go ahead");
          letters.add(letter(in));
          String end = answers.get(".");
          if (HANG_UP.equals(end)) {
            return;
          }
          reply(connection, end == null ? "250 taken" : end);
        }
        case "QUIT" -> reply(connection, "221 bye");
        default -> reply(connection, answer == null ? "250 ok" : answer);
      }
    }
  }

  private Socket encrypted(Socket plain) throws IOException {
    if (tls == null) {
      throw new IOException("no key to encrypt with");
    }
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
    socket.setUseClientMode(false);
    socket.startHandshake();
    return socket;
  }

  private static String letter(BufferedReader in) throws IOException {
    StringBuilder letter = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      letter.append(line).append('\n');
    }
    return letter.toString();
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  private static void reply(Socket socket, String lines) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write((lines + "\r\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() {
    try {
      listening.close();
      thread.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
