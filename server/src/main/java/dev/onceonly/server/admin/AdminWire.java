package dev.onceonly.server.admin;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What goes over the operators' socket: a number of words there, an exit code and two texts back.
/// Every text is its length in UTF-8 bytes (four bytes, big-endian) and the bytes.
public final class AdminWire {
  private static final int WORDS_MAX = 64;
  private static final int TEXT_BYTES_MAX = 16 << 20;

  private AdminWire() {}

  /// A command line, its paths absolute.
  public record Request(List<String> words) {}

  /// How it went.
  public record Answer(int exitCode, String out, String err) {}

  /// Whether a server takes commands on a folder now.
  static boolean isAnswered(Path folder) {
    try (SocketChannel connection = connect(folder)) {
      return connection.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /// Sends a command to the server that runs on a folder, and waits for its answer.
  ///
  /// @throws ConnectException where no server takes it; after any other failure it may have been
  ///   carried out
  public static Answer call(Path folder, Request request) throws IOException {
    try (SocketChannel connection = connect(folder)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(request.words().size());
      for (String word : request.words()) {
        writeText(out, word);
      }
      Channels.newOutputStream(connection).write(bytes.toByteArray());
      DataInputStream in = new DataInputStream(Channels.newInputStream(connection));
      return new Answer(in.readInt(), readText(in), readText(in));
    }
  }

  private static SocketChannel connect(Path folder) throws ConnectException {
    try {
      return SocketChannel.open(UnixDomainSocketAddress.of(AdminSocket.pathIn(folder)));
    } catch (IOException e) {
      ConnectException nobody = new ConnectException("no server answers on its socket");
      nobody.initCause(e);
      throw nobody;
    }
  }

  /// The command that somebody sends; null where they only looked whether a server is there.
  static @Nullable Request readRequest(SocketChannel connection) throws IOException {
    PushbackInputStream begin = new PushbackInputStream(Channels.newInputStream(connection));
    int first = begin.read();
    if (first < 0) {
      return null;
    }
    begin.unread(first);
    DataInputStream in = new DataInputStream(begin);
    int count = in.readInt();
    if (count < 0 || count > WORDS_MAX) {
      throw new IOException("a command has at most " + WORDS_MAX + " words");
    }
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(readText(in));
    }
    return new Request(words);
  }

  static void write(SocketChannel connection, Answer answer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(answer.exitCode());
    writeText(out, answer.out());
    writeText(out, answer.err());
    Channels.newOutputStream(connection).write(bytes.toByteArray());
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > TEXT_BYTES_MAX) {
      throw new IOException("a text has at most " + TEXT_BYTES_MAX + " bytes");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}
