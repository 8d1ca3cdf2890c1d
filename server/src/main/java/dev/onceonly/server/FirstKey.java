package dev.onceonly.server;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.AccountException;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.Role;
import dev.onceonly.core.service.Accounts;
import dev.onceonly.server.admin.ApiKeyText;
import dev.onceonly.server.config.SettingsException;
import dev.onceonly.store.sqlite.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The key to begin with.
public final class FirstKey {
  /// What a made key is written into, in the data folder.
  static final String FILE = "first-api-key";

  private FirstKey() {}

  /// A key that was made and that nobody can read again in the store. Its text is a secret, so not
  /// part of the text form.
  ///
  /// @param file holds it too, mode 600; null where it is to be shown at once
  public record Made(String text, @Nullable Path file) {
    @Override
    public String toString() {
      return "Made[file=" + file + "]";
    }
  }

  /// Sees to it that there is one: the given one, or on an empty store a new one. A new one is
  /// written into its file, or shown, before it is stored, so that there is none that nobody knows.
  ///
  /// @param file takes the text of a new one, whatever is in it; null shows it on standard output
  /// @return the new one
  /// @throws SettingsException where it can't be written or shown; nothing is stored then
  static @Nullable Made ensure(
      Accounts accounts, @Nullable String given, LongSupplier random, @Nullable Path file) {
    if (given != null) {
      create(accounts, given);
      return null;
    }
    if (accounts.hasKeys()) {
      return null;
    }
    String text = new ApiKeyText(random).next();
    if (file == null) {
      show(text);
      create(accounts, text);
      return new Made(text, null);
    }
    write(file, text);
    try {
      create(accounts, text);
    } catch (RuntimeException e) {
      if (isSurelyNotStored(e)) {
        discard(file);
        throw e;
      }
      throw new Failure(
          ErrorCode.UNKNOWN_OUTCOME,
          "nobody knows whether the first API key was stored, so it is kept in "
              + file
              + ": start again, and use it where no new one is made ("
              + e.getMessage()
              + ")",
          Map.of(),
          0);
    }
    return new Made(text, file);
  }

  private static boolean isSurelyNotStored(RuntimeException e) {
    return e instanceof AccountException
        || (e instanceof Failure failure && failure.code() != ErrorCode.UNKNOWN_OUTCOME);
  }

  private static void show(String text) {
    System.out.println(
        "Made an API key for namespace default; it is shown only now, and valid once the server is"
            + " ready: "
            + text);
    if (System.out.checkError()) {
      throw new SettingsException(
          "the first API key can't be shown on standard output, so none was made; give one in the"
              + " setting api_key");
    }
  }

  private static void create(Accounts accounts, String text) {
    if (accounts.namespaces().stream()
        .noneMatch(namespace -> namespace.name().equals(Accounts.DEFAULT_NAMESPACE))) {
      accounts.createNamespace(Accounts.DEFAULT_NAMESPACE, null, null);
    }
    ApiKey key = accounts.createKey(Accounts.DEFAULT_NAMESPACE, text, Role.ADMIN, List.of());
    if (!key.isEnabled()) {
      throw new Failure(
          ErrorCode.API_KEY_DISABLED,
          "the API key that was given is disabled: " + key.keyId(),
          Map.of(),
          0);
    }
  }

  /// Whole or not at all, and on the disk when it returns.
  private static void write(Path file, String text) {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(beside);
      PrivateFiles.create(beside);
      try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel folder = FileChannel.open(file.toAbsolutePath().resolveSibling(""))) {
        folder.force(true);
      }
    } catch (IOException e) {
      discard(beside);
      throw new SettingsException(
          "the first API key can't be written to "
              + file
              + ", so none was made ("
              + e.getClass().getSimpleName()
              + "); make room for that file, or give a key in the setting api_key");
    }
  }

  private static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      System.getLogger(FirstKey.class.getName())
          .log(System.Logger.Level.WARNING, "{0} is left, and its key is not known", file);
    }
  }
}
