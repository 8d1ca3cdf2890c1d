package dev.onceonly.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A file that holds one secret and nothing else, in UTF-8; one line end behind it is not part of
/// it.
final class SecretFile {
  private static final int BYTES_MAX = 4_096;
  private static final Set<PosixFilePermission> OWNERS =
      PosixFilePermissions.fromString("rwx------");

  private SecretFile() {}

  static String read(Path file) throws IOException {
    RegularFiles.require(file);
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(BYTES_MAX + 1);
    }
    if (bytes.length > BYTES_MAX) {
      throw new IOException("it has more than " + BYTES_MAX + " bytes");
    }
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    String secret = text.replaceFirst("\\r?\\n\\z", "");
    if (secret.isBlank()) {
      throw new IOException("it is empty");
    }
    return secret;
  }

  /// The mode of a file that others than its owner can open, such as `rw-r--r--`; null where they
  /// can't, or where there are no modes.
  static @Nullable String looseMode(Path file) {
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      Set<PosixFilePermission> others = EnumSet.noneOf(PosixFilePermission.class);
      others.addAll(mode);
      others.removeAll(OWNERS);
      return others.isEmpty() ? null : PosixFilePermissions.toString(mode);
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }
}
