package dev.onceonly.server.audit;

import dev.onceonly.core.account.AccountException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The Ed25519 key pair that checkpoints are signed with. It lies in the data folder, in
/// `audit-key.pem` (mode 600), and in no backup. Whoever can read it can sign what they like, so
/// its public half has to be written down elsewhere to be worth anything. Immutable.
public final class CheckpointKey {
  /// Its name in the data folder.
  public static final String FILE = "audit-key.pem";

  private static final String PRIVATE = "PRIVATE KEY";

  private final KeyPair pair;

  private CheckpointKey(KeyPair pair) {
    this.pair = pair;
  }

  /// The folder's key pair; null where it has none. Reads only.
  ///
  /// @throws AccountException where the file is there, and is no such key pair
  public static @Nullable CheckpointKey find(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      // A link that leads nowhere is a file whose disk is away, which is not to be replaced.
      return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? read(file) : null;
    } catch (IOException e) {
      throw new AccountException("can't read the file " + file + ": " + e);
    }
  }

  /// Makes the folder's key pair, which is flushed when this returns.
  ///
  /// @param folder a data folder that this process holds, and that has none
  public static CheckpointKey make(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      CheckpointKey key = write(file);
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
      return key;
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + file, e);
    }
  }

  private static CheckpointKey read(Path file) throws IOException {
    String text = Files.readString(file);
    try {
      KeyPair pair =
          new KeyPair(
              CheckpointPublicKey.parse(text).key(),
              KeyFactory.getInstance(CheckpointPublicKey.ALGORITHM)
                  .generatePrivate(new PKCS8EncodedKeySpec(Pem.decode(PRIVATE, text))));
      CheckpointKey key = new CheckpointKey(pair);
      byte[] probe = FILE.getBytes(StandardCharsets.UTF_8);
      if (key.publicKey().hasSigned(probe, key.sign(probe))) {
        return key;
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new AccountException("the file " + file + " holds no Ed25519 key pair");
    }
    throw new AccountException("the two keys in the file " + file + " do not fit each other");
  }

  private static CheckpointKey write(Path file) throws IOException {
    CheckpointKey key;
    try {
      key =
          new CheckpointKey(
              KeyPairGenerator.getInstance(CheckpointPublicKey.ALGORITHM).generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
    }
    String text = Pem.encode(PRIVATE, key.pair.getPrivate().getEncoded()) + key.publicKey().toPem();
    Path partial = file.resolveSibling(FILE + ".partial");
    Files.deleteIfExists(partial);
    try (FileChannel channel =
        FileChannel.open(
            partial,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    return key;
  }

  public CheckpointPublicKey publicKey() {
    return new CheckpointPublicKey(pair.getPublic());
  }

  byte[] sign(byte[] text) {
    try {
      Signature signature = Signature.getInstance(CheckpointPublicKey.ALGORITHM);
      signature.initSign(pair.getPrivate());
      signature.update(text);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key that was checked signs", e);
    }
  }
}
